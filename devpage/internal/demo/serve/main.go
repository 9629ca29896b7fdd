// Command serve shows the demo, for people who work on the page:
//
//	go run ./devpage/internal/demo/serve -listen localhost:3999
//
// and open http://localhost:3999. A POST to /scene/NAME changes it.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/devpage/internal/demo"
)

func main() {
	listen := flag.String("listen", "localhost:3999", "`address` to listen on")
	dir := flag.String("dir", "devpage/internal/demo", "the demo's `folder`")
	flag.Parse()
	d, err := demo.New(*dir, "http://localhost:3000")
	if err != nil {
		log.Fatal(err)
	}
	go d.Run(context.Background(), 900*time.Millisecond)
	mux := http.NewServeMux()
	mux.Handle("/", devpage.Handler(d, devpage.Options{}))
	mux.HandleFunc("POST /scene/{name}", func(_ http.ResponseWriter, r *http.Request) {
		if err := d.Scene(r.PathValue("name")); err != nil {
			log.Print(err)
		}
	})
	log.Printf("http://%s", *listen)
	log.Fatal(http.ListenAndServe(*listen, mux))
}
