package eval

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func TestSmoke(t *testing.T) {
	f := os.Getenv("SMOKE")
	if f == "" {
		t.Skip()
	}
	data, _ := os.ReadFile(f)
	c := catalog.New()
	x := New(c, nil, NewStore(c))
	for _, st := range parser.Split(string(data)) {
		n, err := st.Node()
		if err != nil {
			fmt.Println(err)
			continue
		}
		e := pgerr.Catch(func() {
			q := analyze.New(c).Query(n)
			r := x.Run(q)
			for _, row := range r.Rows.Rows {
				var out []string
				for i, v := range row {
					if u, ok := v.(Unknown); ok {
						out = append(out, "?"+u.Why)
						continue
					}
					if v == nil {
						out = append(out, "NULL")
						continue
					}
					out = append(out, datum.Out(c, query.ExprType(outputs(q)[i].Expr), v))
				}
				fmt.Println(strings.Join(out, "|"))
			}
			if r.Open != "" {
				fmt.Println("OPEN", r.Open)
			}
		})
		if e != nil {
			fmt.Println(e, e.Position)
		}
	}
}
