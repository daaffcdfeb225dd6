package ui

import (
	"math"
	"slices"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A column shows one property of a row.
type column[R any] struct {
	title string
	width int  // in cells; of a flexible column, the least it can do with
	flex  bool // takes what the others leave
	most  int  // of a flexible column, what it can make use of; 0 is anything
	right bool
	ends  bool // of a text that does not fit, the middle is left out
	keep  int  // columns with the highest number go first when there is no room; 0 never goes

	// cell gives the text; draw and head, where they are set, draw instead.
	cell func(f *Frame, r R) canvas.Seg
	draw func(f *Frame, c *canvas.Canvas, r R, w int)
	head func(f *Frame, c *canvas.Canvas, w int)

	// What the column is sorted by: one of them, none if it cannot be. Unknown
	// figures are NaN and come last either way.
	figure func(s *model.Snapshot, r R) float64
	word   func(r R) string
	falls  bool // is sorted largest first to begin with
}

func (c *column[R]) sorts() bool { return c.figure != nil || c.word != nil }

// A list shows rows under a cursor. The cursor is the selection's, and follows a
// row, not a line: it stays put when rows come, go or change places. The list
// holds sort, filter and scroll, which are the user's; rows are handed in and
// kept only in the arrangement that was made of them.
type list[R any] struct {
	columns []column[R]
	id      func(R) string
	words   func(R) string                        // what the filter looks at; nil is the id
	find    func(rows []R, id string) (int, bool) // where a row is in rows
	of      func(*Selection) string               // the id of the row that is selected, empty if none
	pick    func(*Selection, string)              // selects the row with an id

	sortBy int
	desc   bool
	filter filter

	now     arrangement[R]
	begun   time.Time // when the last arrangement off the loop was begun
	busy    bool      // it is under way
	loose   bool      // scrolled away from the cursor, by the wheel
	before  string    // what was selected before the filter was opened
	jump    bool      // the cursor goes to the first row of the next arrangement
	top     int       // first line shown
	line    int       // where the cursor was last seen
	visible int       // lines shown when last drawn
	places  []place   // of the columns when last drawn
	named   namesMemo
}

// lineOf returns the line of the row with that id; if it has none, the line it
// was last seen on, and false.
func (l *list[R]) lineOf(id string) (int, bool) {
	if i, ok := l.find(l.now.rows, id); ok {
		if line := l.now.lines[i]; line >= 0 {
			l.line = int(line)
			return l.line, true
		}
	}
	return max(0, min(l.line, len(l.now.order)-1)), false
}

// at returns the row on a line.
func (l *list[R]) at(line int) (row R, ok bool) {
	if line < 0 || line >= len(l.now.order) {
		return row, false
	}
	return l.now.rows[l.now.order[line]], true
}

// moved returns the id of the row n lines from the cursor; the row itself if n is
// 0 and the cursor's own row has gone.
func (l *list[R]) moved(id string, n int) (string, bool) {
	line, there := l.lineOf(id)
	if !there { // the cursor stands before the row that took its place
		line = l.line
		if n > 0 {
			n--
		}
	}
	line = max(0, min(line+n, len(l.now.order)-1))
	row, ok := l.at(line)
	if !ok {
		return "", false
	}
	l.line = line
	return l.id(row), true
}

// window returns the rows on screen, a little more on either side, in steps, so
// that a step of the cursor does not change it.
func (l *list[R]) window(step int) []R {
	from, to := l.windowLines(step)
	rows := make([]R, 0, max(0, to-from))
	for line := from; line < to; line++ {
		row, _ := l.at(line)
		rows = append(rows, row)
	}
	return rows
}

func (l *list[R]) windowLines(step int) (from, to int) {
	from = max(0, l.top/step-1) * step
	to = (l.top+max(l.visible, 1))/step*step + 2*step
	return from, min(to, len(l.now.order))
}

// A namesMemo keeps the names of a window: they are wanted after every message.
type namesMemo struct {
	order    *int32 // of the arrangement, which is another whenever rows change
	from, to int
	names    model.Names
}

// names are those of the rows in the window, each once; nothing is not everything.
func (l *list[R]) names(name func(R) string) model.Names {
	from, to := l.windowLines(windowStep)
	if from >= to {
		return model.NamesOf()
	}
	if m := &l.named; m.order == &l.now.order[0] && m.from == from && m.to == to {
		return m.names
	}
	var names []string
	for _, row := range l.window(windowStep) {
		if n := name(row); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	l.named = namesMemo{&l.now.order[0], from, to, model.NamesOf(names...)}
	return l.named.names
}

// nextSort sorts by the next column that can be and that there is room for.
func (l *list[R]) nextSort() {
	for i := range l.columns {
		next := (l.sortBy + 1 + i) % len(l.columns)
		if l.columns[next].sorts() && (len(l.places) == 0 || l.places[next].w > 0) {
			l.sortBy, l.desc = next, l.columns[next].falls
			return
		}
	}
}

// sortedBy says what the list is sorted by, for the frame.
func (l *list[R]) sortedBy(m *themes.Marks) []canvas.Seg {
	arrow := m.Up
	if l.desc {
		arrow = m.Down
	}
	return []canvas.Seg{{Text: " by " + l.columns[l.sortBy].title + " " + string(arrow), Style: muted}}
}

// head is the right end of a list's frame: how many rows, and in what order.
func (l *list[R]) head(f *Frame, total int) []canvas.Seg {
	shown := count(len(l.now.order))
	if len(l.now.order) != total {
		shown += " of " + count(total)
	}
	return append([]canvas.Seg{{Text: shown, Style: text}}, l.sortedBy(f.Marks)...)
}

// moves are what every list can do.
func (l *list[R]) moves() []Action {
	step := func(n int) func(*Frame) Intent { return func(f *Frame) Intent { return l.move(f, n) } }
	page := func(sign int) func(*Frame) Intent {
		return func(f *Frame) Intent { return l.move(f, sign*max(1, l.visible-1)) }
	}
	return []Action{
		act("j", "move", "down a row", step(+1)).also("down").shown("j/k"),
		act("k", "", "up a row", step(-1)).also("up").quiet(),
		act("pgdown", "", "down a page", page(+1)).also("ctrl+f", "ctrl+d").quiet(),
		act("pgup", "", "up a page", page(-1)).also("ctrl+b", "ctrl+u").quiet(),
		act("g", "", "to the first row", step(math.MinInt32)).also("home").quiet(),
		act("G", "", "to the last row", step(math.MaxInt32)).also("end").quiet(),
		act("/", "filter", "filter: letters match fuzzily, ~ begins a regular expression", l.search),
		act("s", "sort", "sort by the next column", func(*Frame) Intent { l.nextSort(); return nil }),
		act("S", "", "turn the order round", func(*Frame) Intent { l.desc = !l.desc; return nil }).quiet(),
	}
}

// search opens the filter. Esc goes back to the row that was selected.
func (l *list[R]) search(f *Frame) Intent {
	s := f.Sel
	l.before = l.of(&s)
	l.filter.open()
	return nil
}

// typing is what keys do while the filter is open, for the footer.
func (l *list[R]) typing() []Action {
	none := func(*Frame) Intent { return nil }
	return []Action{act("enter", "keep it", "", none), act("down", "move", "", none).shown("↑/↓"), act("esc", "clear it", "", none)}
}

// move moves the selection n rows.
func (l *list[R]) move(f *Frame, n int) Intent {
	s := f.Sel
	l.loose = false
	id, ok := l.moved(l.of(&s), n)
	if !ok {
		return nil
	}
	l.pick(&s, id)
	return Select{s}
}

// Arranged implements Arranger.
func (l *list[R]) Arranged(result any) { l.take(result) }

// Typing implements Typist.
func (l *list[R]) Typing() bool { return l.filter.typing }

// Type implements Typist. What is typed narrows the list, and the cursor goes to
// the best match once it is known: see Settle.
func (l *list[R]) Type(f *Frame, msg any) (Intent, bool) {
	changed, used := l.filter.take(msg)
	if !changed {
		return nil, used
	}
	l.loose, l.jump = false, l.filter.narrows()
	if l.jump {
		l.line, l.top = 0, 0
	}
	if !l.filter.typing && l.before != "" {
		s := f.Sel
		l.pick(&s, l.before)
		return Select{s}, used
	}
	return nil, used
}

// Settle implements Settler: it selects the first row if none is selected, and
// the best match of a filter that was typed.
func (l *list[R]) Settle(f *Frame, s *Selection) {
	if l.jump && l.now.key.filter == l.filter.text() || l.of(s) == "" {
		if row, ok := l.at(0); ok {
			l.pick(s, l.id(row))
			l.jump = false
		}
	}
}

// Wheel implements Pointer: it scrolls, and leaves the selection where it is.
func (l *list[R]) Wheel(_ *Frame, n int) Intent {
	l.loose = true
	l.top = max(0, min(l.top+n, len(l.now.order)-l.visible))
	return nil
}

// Click implements Pointer: a row is selected, the head of a column sorts.
func (l *list[R]) Click(f *Frame, x, y int) Intent {
	id, ok := l.clicked(x, y)
	if !ok {
		return nil
	}
	s := f.Sel
	l.pick(&s, id)
	return Select{s}
}
