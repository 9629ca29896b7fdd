package describe

// The words for PostgreSQL's one-letter codes.
var (
	tableKinds       = map[byte]string{'r': "table", 'p': "partitioned", 'f': "foreign"}
	typeKinds        = map[byte]string{'b': "base", 'c': "composite", 'd': "domain", 'e': "enum", 'r': "range", 'm': "multirange", 'p': "pseudo"}
	persistences     = map[byte]string{'p': "permanent", 'u': "unlogged"}
	replicaIdents    = map[byte]string{'d': "default", 'n': "nothing", 'f': "full", 'i': "index"}
	identities       = map[byte]string{'a': "ALWAYS", 'd': "BY DEFAULT"}
	generatedKinds   = map[byte]string{'s': "STORED", 'v': "VIRTUAL"}
	storages         = map[byte]string{'p': "PLAIN", 'e': "EXTERNAL", 'x': "EXTENDED", 'm': "MAIN"}
	compressions     = map[byte]string{'p': "pglz", 'l': "lz4"}
	foreignActions   = map[byte]string{'a': "NO ACTION", 'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}
	matchKinds       = map[byte]string{'s': "SIMPLE", 'f': "FULL", 'p': "PARTIAL"}
	enabledKinds     = map[byte]string{'O': "origin", 'D': "disabled", 'R': "replica", 'A': "always"}
	policyCommands   = map[byte]string{'*': "ALL", 'r': "SELECT", 'a': "INSERT", 'w': "UPDATE", 'd': "DELETE"}
	functionKinds    = map[byte]string{'f': "function", 'p': "procedure", 'a': "aggregate", 'w': "window"}
	volatilities     = map[byte]string{'i': "immutable", 's': "stable", 'v': "volatile"}
	parallelKinds    = map[byte]string{'s': "safe", 'r': "restricted", 'u': "unsafe"}
	collateProviders = map[byte]string{'c': "libc", 'i': "icu", 'd': "default", 'b': "builtin"}
)
