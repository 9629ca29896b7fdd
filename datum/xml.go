package datum

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// xmlIn checks that a text is well-formed XML content, or a document with
// xmloption = document, and keeps it without its declaration's default parts.
func xmlIn(in *input) query.Datum {
	document := in.c.Setting("xmloption") == "document"
	roots, err := wellFormed(in.text)
	switch {
	case document && (err != nil || roots != 1):
		pgerr.Raise("2200M", pgerr.NoPosition, "invalid XML document")
	case err != nil:
		pgerr.Raise("2200N", pgerr.NoPosition, "invalid XML content")
	}
	return in.text
}

// wellFormed counts the elements at the top of an XML text.
func wellFormed(text string) (roots int, err error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	depth := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return roots, nil
		}
		if err != nil {
			return roots, err
		}
		switch token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}
