//go:build ignore

// Command generate reads a PostgreSQL server's catalogs and writes this
// package's tables from them. With no -dsn it starts a server of its own from
// the binaries it finds. Run it by `go generate ./pg`.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/electric-cli/electric/pg/internal/generator"
)

func main() {
	log.SetFlags(0)
	dsn := flag.String("dsn", "", "a superuser's connection to a freshly initialised PostgreSQL 15 (default: start one)")
	bin := flag.String("bin", "", "folder of initdb and postgres (default: Debian's, then PATH)")
	out := flag.String("out", ".", "folder to write to")
	flag.Parse()
	if err := generator.Run(context.Background(), *dsn, *bin, *out); err != nil {
		log.Fatal(err)
	}
}
