package diagram

import (
	"cmp"
	"slices"
)

// Sizes of the drawing, in pixels.
const (
	rowHeight   = 20
	titleHeight = 26
	gapX        = 90 // between layers
	gapY        = 28 // between boxes of a layer
	margin      = 24
	charWidth   = 7.0 // of the monospaced font
	padding     = 10
	keyWidth    = 44
)

// A box is a table that has its place. Its tables are put into layers, from left
// to right: what is referred to is to the left of what refers to it.
type box struct {
	*table
	layer         int
	x, y          float64
	width, height float64
	nameWidth     float64
	at            float64 // while ordering: the mean place of its neighbours
	group         int     // boxes that are connected
}

// A layout is a drawing with places.
type layout struct {
	boxes         []*box
	of            map[*table]*box
	edges         []*edge
	width, height float64
}

// maxColumn is how high a layer may become before the boxes without relations are
// put beside each other.
const maxColumn = 1400.0

func newLayout(g *graph) *layout {
	l := &layout{of: map[*table]*box{}, edges: g.edges}
	for _, t := range g.tables {
		b := &box{table: t, height: titleHeight + rowHeight*float64(max(len(t.rows), 1)) + 6}
		b.measure()
		l.boxes = append(l.boxes, b)
		l.of[t] = b
	}
	connected, alone := l.split()
	l.layers(connected)
	columns := l.order(connected)
	columns = append(columns, stack(alone)...)
	l.place(columns)
	return l
}

// measure finds how wide a box has to be.
func (b *box) measure() {
	types := 0
	names := 0
	for _, r := range b.rows {
		names = max(names, len([]rune(r.name)))
		types = max(types, len([]rune(r.typeText())))
	}
	b.nameWidth = charWidth * float64(names)
	b.width = max(keyWidth+b.nameWidth+charWidth*float64(types+2)+2*padding, charWidth*1.15*float64(len([]rune(b.title())))+2*padding)
}

// split tells tables with relations to others from those without.
func (l *layout) split() (connected, alone []*box) {
	related := map[*table]bool{}
	for _, e := range l.edges {
		if e.from != e.to {
			related[e.from], related[e.to] = true, true
		}
	}
	for _, b := range l.boxes {
		if related[b.table] {
			connected = append(connected, b)
		} else {
			alone = append(alone, b)
		}
	}
	return connected, alone
}

// layers gives each box the layer behind the last one it refers to. References
// that close a circle are left out of account.
func (l *layout) layers(boxes []*box) {
	refers := map[*box][]*box{}
	for _, e := range l.edges {
		if e.from != e.to {
			refers[l.of[e.from]] = append(refers[l.of[e.from]], l.of[e.to])
		}
	}
	const unseen, open, closed = 0, 1, 2
	state := map[*box]int{}
	var visit func(*box)
	visit = func(b *box) {
		state[b] = open
		for _, to := range refers[b] {
			if state[to] == unseen {
				visit(to)
			}
			if state[to] == closed {
				b.layer = max(b.layer, to.layer+1)
			}
		}
		state[b] = closed
	}
	for _, b := range boxes {
		if state[b] == unseen {
			visit(b)
		}
	}
	l.pullRight(boxes, refers)
}

// pullRight brings boxes that only are referred to next to who refers to them.
func (l *layout) pullRight(boxes []*box, refers map[*box][]*box) {
	nearest := map[*box]int{}
	for from, list := range refers {
		for _, to := range list {
			if at, known := nearest[to]; from.layer > to.layer && (!known || from.layer-1 < at) {
				nearest[to] = from.layer - 1
			}
		}
	}
	for _, b := range boxes {
		if at, known := nearest[b]; known && len(refers[b]) == 0 {
			b.layer = at
		}
	}
}

// sweeps is how often the order within layers is improved.
const sweeps = 12

// order sorts the boxes of each layer, so that those that belong together are at
// one height: each goes to the mean place of its neighbours, to and fro.
func (l *layout) order(boxes []*box) (columns [][]*box) {
	for _, b := range boxes {
		for len(columns) <= b.layer {
			columns = append(columns, nil)
		}
		columns[b.layer] = append(columns[b.layer], b)
	}
	near := l.neighbours()
	for sweep := range sweeps {
		for i := range columns {
			if sweep%2 == 1 {
				i = len(columns) - 1 - i
			}
			position := map[*box]float64{}
			for _, c := range columns {
				for k, b := range c {
					position[b] = (float64(k) + 0.5) / float64(len(c))
				}
			}
			sortByMean(columns[i], near, position)
		}
	}
	return slices.DeleteFunc(columns, func(c []*box) bool { return len(c) == 0 })
}

func (l *layout) neighbours() map[*box][]*box {
	near := map[*box][]*box{}
	for _, e := range l.edges {
		a, b := l.of[e.from], l.of[e.to]
		if a != b {
			near[a], near[b] = append(near[a], b), append(near[b], a)
		}
	}
	return near
}

func sortByMean(column []*box, near map[*box][]*box, position map[*box]float64) {
	for _, b := range column {
		b.at = position[b]
		if len(near[b]) == 0 {
			continue
		}
		sum := 0.0
		for _, n := range near[b] {
			sum += position[n]
		}
		b.at = sum / float64(len(near[b]))
	}
	slices.SortStableFunc(column, func(a, b *box) int { return cmp.Compare(a.at, b.at) })
}

// stack puts tables without relations into columns of their own.
func stack(boxes []*box) (columns [][]*box) {
	height := maxColumn
	for _, b := range boxes {
		if height+b.height > maxColumn/2 {
			columns = append(columns, nil)
			height = 0
		}
		last := len(columns) - 1
		columns[last] = append(columns[last], b)
		height += b.height + gapY
	}
	return columns
}

// place gives every box its coordinates: a layer is a column, as wide as its
// widest box, in the middle of the drawing's height.
func (l *layout) place(columns [][]*box) {
	for _, c := range columns {
		l.height = max(l.height, columnHeight(c)+2*margin)
	}
	x := float64(margin)
	for _, c := range columns {
		width := 0.0
		for _, b := range c {
			width = max(width, b.width)
		}
		y := (l.height - columnHeight(c)) / 2
		for _, b := range c {
			b.x, b.y, b.width = x, y, width
			y += b.height + gapY
		}
		x += width + gapX
	}
	l.width = max(x-gapX+margin, 2*margin)
	l.height = max(l.height, 2*margin)
}

func columnHeight(c []*box) (height float64) {
	for _, b := range c {
		height += b.height + gapY
	}
	return height - gapY
}
