package bundle

// Clients tells the tables that clients have, by schema and name, and of each
// the columns that are the server's alone: the scope of the bundle's hashes.
func (b *Bundle) Clients() map[[2]string][]string {
	clients := map[[2]string][]string{}
	if b.Schema.Schema == nil {
		return clients
	}
	for i, info := range b.Schema.Tables {
		if info.Client {
			t := &b.Schema.Schema.Tables[i]
			clients[[2]string{t.Schema, t.Name}] = info.ServerColumns
		}
	}
	return clients
}
