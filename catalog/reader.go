package catalog

// Reader gives the catalog once more, to be looked at by another goroutine, with
// a search_path of its own. It is good for as long as nothing changes. As it is
// one of many, it keeps nothing that it makes of the system's rows; what the
// session changed of them it has from the catalog.
func (c *Catalog) Reader() *Catalog {
	r := *c
	r.reader = true
	return &r
}
