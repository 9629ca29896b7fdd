package localpg

// worksIn is false: on Windows no server is started.
func worksIn(int, string) bool { return false }

// endOrphans has nothing to end there.
func endOrphans(string) {}
