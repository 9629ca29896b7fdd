package pg

// Extensions holds the known extensions, sorted by name.
var Extensions = []ExtensionRow{}

// firstUnusedOID is the first OID after the extensions'.
const firstUnusedOID OID = 20000
