package diagram

import (
	"fmt"
	"html"
	"math"
	"strings"
)

const style = `
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1e293b }
  .title { font-weight: 600; font-size: 13px }
  .box { fill: #ffffff; stroke: #94a3b8 }
  .head { fill: #e0e7ff }
  .server .head { fill: #e2e8f0 }
  .type { fill: #64748b }
  .key { fill: #4338ca; font-size: 10px }
  .edge { fill: none; stroke: #64748b; stroke-width: 1.4 }
  .end { fill: #ffffff; stroke: #64748b; stroke-width: 1.4 }
`

// svg writes a drawing that stands alone.
func svg(g *graph) string {
	l := newLayout(g)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %[1]f %[2]f">`+"\n", l.width, l.height)
	fmt.Fprintf(&b, "<style>%s</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#f8fafc\"/>\n", style)
	for _, e := range l.edges {
		l.edge(&b, e)
	}
	for _, x := range l.boxes {
		x.draw(&b)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (b *box) draw(w *strings.Builder) {
	class := "table"
	if !b.client {
		class += " server"
	}
	fmt.Fprintf(w, "<g class=%q>\n<title>%s</title>\n", class, html.EscapeString(b.schema+"."+b.name))
	fmt.Fprintf(w, `<rect class="box" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6"/>`+"\n", b.x, b.y, b.width, b.height)
	fmt.Fprintf(w, `<path class="head" d="M%.1f %.1fv-%.1fq0-6 6-6h%.1fq6 0 6 6v%.1fz"/>`+"\n",
		b.x+0.5, b.y+titleHeight, float64(titleHeight)-6.5, b.width-13, float64(titleHeight)-6.5)
	text(w, "title", b.x+padding, b.y+18, "start", b.title())
	for i, r := range b.rows {
		y := b.rowY(i) + 4
		text(w, "key", b.x+padding, y, "start", strings.Join(r.keys(), " "))
		text(w, "", b.x+padding+keyWidth, y, "start", r.name)
		text(w, "type", b.x+b.width-padding, y, "end", r.typeText())
	}
	w.WriteString("</g>\n")
}

func text(w *strings.Builder, class string, x, y float64, anchor, value string) {
	if value == "" {
		return
	}
	fmt.Fprintf(w, `<text class=%q x="%.1f" y="%.1f" text-anchor=%q>%s</text>`+"\n", class, x, y, anchor, html.EscapeString(value))
}

// rowY is the middle of a row.
func (b *box) rowY(i int) float64 { return b.y + titleHeight + 3 + rowHeight*(float64(i)+0.5) }

// edge draws a foreign key from column to column: a crow's foot where there may
// be many, a stroke where there is one, a circle where there may be none.
func (l *layout) edge(w *strings.Builder, e *edge) {
	from, to := l.of[e.from], l.of[e.to]
	y1, y2 := from.rowY(e.fromRow), to.rowY(e.toRow)
	x1, out1 := from.x, -1.0
	x2, out2 := to.x+to.width, 1.0
	switch {
	case from.x == to.x: // the same column, perhaps the same box: round the right side
		x1, out1 = from.x+from.width, 1.0
	case from.x < to.x: // it closes a circle
		x1, out1 = from.x+from.width, 1.0
		x2, out2 = to.x, -1.0
	}
	reach := max(gapX*0.55, math.Abs(x1-x2)*0.4)
	if from.x == to.x {
		reach = gapX*0.5 + min(math.Abs(y1-y2)*0.05, gapX*0.4)
	}
	fmt.Fprintf(w, `<path class="edge" d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f"><title>%s</title></path>`+"\n",
		x1, y1, x1+out1*reach, y1, x2+out2*reach, y2, x2, y2, html.EscapeString(e.name))
	if e.one {
		fmt.Fprintf(w, `<path class="edge" d="M%.1f %.1fv10"/>`+"\n", x1+out1*8, y1-5)
	} else {
		fmt.Fprintf(w, `<path class="edge" d="M%.1f %.1fL%.1f %.1fL%.1f %.1f"/>`+"\n", x1, y1-5, x1+out1*10, y1, x1, y1+5)
	}
	if e.optional {
		fmt.Fprintf(w, `<circle class="end" cx="%.1f" cy="%.1f" r="4"/>`+"\n", x2+out2*10, y2)
	}
	fmt.Fprintf(w, `<path class="edge" d="M%.1f %.1fv10"/>`+"\n", x2+out2*5, y2-5)
}
