package ui

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A fruit is a row of the lists below. Its weight may not be known.
type fruit struct {
	name   string
	weight float64
}

// fruits is a list of fruit, selected by Selection.Topic.
func fruits() *list[fruit] {
	return &list[fruit]{
		columns: []column[fruit]{
			{title: "name", width: 8, flex: true, cell: func(_ *Frame, r fruit) canvas.Seg { return canvas.Seg{Text: r.name, Style: text} },
				word: func(r fruit) string { return r.name }},
			{title: "bare", width: 4, keep: 2, cell: func(*Frame, fruit) canvas.Seg { return canvas.Seg{} }},
			{title: "weight", width: 6, right: true, keep: 1, cell: func(_ *Frame, r fruit) canvas.Seg { return canvas.Seg{Text: rate(r.weight)} },
				figure: func(_ *model.Snapshot, r fruit) float64 { return known(r.weight) }, falls: true},
		},
		filter: newFilter(),
		id:     func(r fruit) string { return r.name },
		find: func(rows []fruit, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(r fruit) bool { return r.name == id })
			return i, i >= 0
		},
		of:   func(s *Selection) string { return s.Topic },
		pick: func(s *Selection, id string) { s.Topic = id },
	}
}

// A basket is a list with its rows, as a pane would hold it.
type basket struct {
	*list[fruit]
	f       *Frame
	rows    []fruit
	version uint64
}

func newBasket(names ...string) *basket {
	theme, _ := themes.Named("dark")
	b := &basket{list: fruits(), f: &Frame{Snapshot: &model.Snapshot{}, Theme: theme, Marks: theme.Marks(), Focused: true}}
	b.fill(names...)
	return b
}

// fill puts fruits in: apple:3 weighs 3, apple weighs nobody knows what.
func (b *basket) fill(names ...string) {
	b.rows = nil
	for _, n := range names {
		name, weight, known := strings.Cut(n, ":")
		r := fruit{name, -1}
		if known {
			r.weight, _ = strconv.ParseFloat(weight, 64)
		}
		b.rows = append(b.rows, r)
	}
	b.version++
	b.settle()
}

// settle does what the app does after each message.
func (b *basket) settle() {
	rows := b.rows
	if work := b.arrange(b.f, b.version, "", false, func() []fruit { return rows }); work != nil {
		b.Arranged(work())
	}
	b.Settle(b.f, &b.f.Sel)
}

// press does what a key does to the list, typed text included.
func (b *basket) press(names ...string) {
	for _, name := range names {
		var intent Intent
		if msg := key(name); b.Typing() {
			intent, _ = b.Type(b.f, msg)
		} else if act, ok := find(b.moves(), name); ok {
			intent = act.Do(b.f)
		}
		if s, ok := intent.(Select); ok {
			b.f.Sel = s.Selection
		}
		b.settle()
	}
}

// order is the rows on screen, the one under the cursor in brackets.
func (b *basket) order() string {
	var out []string
	line, there := b.lineOf(b.f.Sel.Topic)
	for i := range b.now.order {
		row, _ := b.at(i)
		if there && i == line {
			out = append(out, "["+row.name+"]")
		} else {
			out = append(out, row.name)
		}
	}
	return strings.Join(out, " ")
}

func (b *basket) want(t *testing.T, want string) {
	t.Helper()
	if got := b.order(); got != want {
		t.Errorf("the list is\n%s, want\n%s", got, want)
	}
}

func TestTheCursorFollowsARowNotALine(t *testing.T) {
	b := newBasket("apple:3", "banana:1", "cherry:2")
	b.want(t, "[apple] banana cherry")
	b.press("j")
	b.want(t, "apple [banana] cherry")
	b.fill("almond", "apple:3", "avocado", "banana:1", "cherry:2") // rows come before it
	b.want(t, "almond apple avocado [banana] cherry")
	b.press("S")
	b.want(t, "cherry [banana] avocado apple almond")
	b.press("s") // by weight, the largest first; that of two is not known
	b.want(t, "apple cherry [banana] almond avocado")
	b.fill("banana:9", "cherry:2")
	b.want(t, "[banana] cherry")
}

func TestTheCursorStandsWhereItsRowWas(t *testing.T) {
	b := newBasket("a", "b", "c", "d", "e")
	b.press("j", "j")
	b.want(t, "a b [c] d e")
	b.fill("a", "b", "d", "e")
	b.want(t, "a b d e") // no other row is selected by itself
	b.press("j")
	b.want(t, "a b [d] e")
	b.fill("a", "b", "e")
	b.press("k")
	b.want(t, "a [b] e")
	b.press("G")
	b.fill("a", "b")
	b.press("k")
	b.want(t, "a [b]") // the last row went: above where it was is the last there is
	b.fill()
	b.press("j", "k", "G", "g")
	b.want(t, "")
	b.fill("x", "y")
	b.press("G")
	b.want(t, "x [y]")
}

func TestUnknownFiguresComeLastEitherWay(t *testing.T) {
	b := newBasket("a", "b:2", "c", "d:1")
	b.press("s")
	b.want(t, "b d [a] c")
	b.press("S")
	b.want(t, "d b [a] c")
	if compare(math.NaN(), 1, true) <= 0 || compare(math.NaN(), 1, false) <= 0 || compare(math.NaN(), math.NaN(), true) != 0 {
		t.Error("a figure that is not known comes before one that is")
	}
}

func TestSortingSkipsColumnsThatCannotBeSorted(t *testing.T) {
	b := newBasket("a", "b")
	b.press("s")
	if got := b.columns[b.sortBy].title; got != "weight" || !b.desc {
		t.Errorf("sorted by %s, falling %v", got, b.desc)
	}
	b.press("s")
	if got := b.columns[b.sortBy].title; got != "name" || b.desc {
		t.Errorf("sorted by %s, falling %v", got, b.desc)
	}
}

func TestAFilterJumpsToTheBestMatch(t *testing.T) {
	b := newBasket("grape", "pear", "pineapple", "plum")
	b.press("G", "/", "p", "e", "a")
	if !strings.Contains(b.order(), "[pear]") {
		t.Errorf("the cursor is not on the best match: %s", b.order())
	}
	b.press("enter")
	b.press("G")
	if b.Typing() {
		t.Error("still typing after enter")
	}
	if !b.Escape() || b.Escape() {
		t.Error("esc takes the filter away, once")
	}
	b.settle()
	if len(b.now.order) != 4 {
		t.Errorf("all rows are back: %s", b.order())
	}
	b.press("/", "z", "z")
	b.want(t, "")
	b.press("esc")
	if len(b.now.order) != 4 {
		t.Errorf("all rows are back: %s", b.order())
	}
}

// TestManyRowsAreArrangedOffTheLoop: until it is done the old order stays, and no
// second is begun for the same.
func TestManyRowsAreArrangedOffTheLoop(t *testing.T) {
	b := newBasket("b", "a")
	rows := []fruit{{"d", 1}, {"c", 2}}
	work := b.arrange(b.f, 99, "", true, func() []fruit { return rows })
	if work == nil {
		t.Fatal("many rows were arranged on the loop")
	}
	if again := b.arrange(b.f, 99, "", true, func() []fruit { return rows }); again != nil {
		t.Error("the same is arranged twice")
	}
	b.want(t, "[a] b")
	b.Arranged(work())
	b.want(t, "c d")
	if again := b.arrange(b.f, 99, "", true, func() []fruit { return rows }); again != nil {
		t.Error("what is in order is arranged again")
	}
	b.Arranged("something else") // another pane's
	b.want(t, "c d")
}

func TestTheWindowMovesInSteps(t *testing.T) {
	b := newBasket()
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("f%03d", i))
	}
	b.fill(names...)
	c := canvas.New(40, 11)
	seen := map[string]bool{}
	for range 40 {
		b.press("j")
		b.draw(b.f, c, nil)
		w := b.window(32)
		seen[w[0].name+"…"+w[len(w)-1].name] = true
		for line := b.top; line < b.top+b.visible; line++ {
			if row, _ := b.at(line); !slices.Contains(w, row) {
				t.Fatalf("%s is on screen and not in the window", row.name)
			}
		}
	}
	if len(seen) > 3 {
		t.Errorf("40 steps of the cursor made %d windows", len(seen))
	}
}

func TestTheCursorStaysOnScreen(t *testing.T) {
	b := newBasket()
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("f%03d", i))
	}
	b.fill(names...)
	dice := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		b.press([]string{"j", "k", "pgdown", "pgup", "g", "G", "S"}[dice.IntN(7)])
		c := canvas.New(30, 2+dice.IntN(30))
		b.draw(b.f, c, nil)
		if text := c.Text(); !strings.Contains(text, string(b.f.Marks.Here)) || !strings.Contains(text, b.f.Sel.Topic) {
			t.Fatalf("the cursor on %s is not on screen:\n%s", b.f.Sel.Topic, text)
		}
	}
}

func TestClicks(t *testing.T) {
	b := newBasket("a:1", "b:3", "c:2")
	c := canvas.New(40, 6)
	b.draw(b.f, c, nil)
	click := func(x, y int) {
		if s, ok := b.Click(b.f, x, y).(Select); ok {
			b.f.Sel = s.Selection
		}
		b.settle()
		b.draw(b.f, c, nil)
	}
	click(3, 2)
	b.want(t, "a [b] c")
	click(3, 5) // below the last row
	b.want(t, "a [b] c")
	head, _, _ := strings.Cut(c.Text(), "\n")
	click(strings.Index(head, "weight"), 0)
	b.want(t, "[b] c a")
	click(strings.Index(head, "weight"), 0)
	b.want(t, "a c [b]")
	click(strings.Index(head, "bare"), 0)
	b.want(t, "a c [b]")
}

// TestColumnsNeverOverlap: whatever the columns, those that are shown stand side
// by side, a cell apart, and within the room if the ones that never go fit at all.
func TestColumnsNeverOverlap(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		columns := make([]column[fruit], dice.IntN(12))
		must := -1
		for i := range columns {
			c := &columns[i]
			c.width, c.flex, c.keep = 1+dice.IntN(15), dice.IntN(3) == 0, dice.IntN(10)
			if c.flex && dice.IntN(2) == 0 {
				c.most = c.width + dice.IntN(20)
			}
			if c.keep == 0 {
				must += c.width + 1
			}
		}
		w := dice.IntN(120)
		places := lay(columns, w)
		x := 2
		for i, p := range places {
			if p.w == 0 {
				if columns[i].keep == 0 {
					t.Fatalf("column %d never goes, and is gone", i)
				}
				continue
			}
			switch c := columns[i]; {
			case p.x != x:
				t.Fatalf("column %d is at %d, want %d: %+v", i, p.x, x, places)
			case !c.flex && p.w != c.width, p.w < c.width, c.most > 0 && p.w > max(c.most, c.width):
				t.Fatalf("column %d of %d cells got %d", i, c.width, p.w)
			}
			x = p.x + p.w + 1
		}
		if must <= w-3 && x-1 > w-1 && x > 2 {
			t.Fatalf("columns end at %d in %d cells: %+v", x-1, w, places)
		}
	}
}

// TestLeastKeptColumnsGoFirst: a column is shown only if all that are kept more
// are.
func TestLeastKeptColumnsGoFirst(t *testing.T) {
	for w := range 140 {
		for _, pane := range []string{"topics", "brokers", "groups"} {
			switch pane {
			case "topics":
				keeps(t, pane, topicColumns(&sizesMemo{}), w)
			case "brokers":
				keeps(t, pane, brokerColumns(), w)
			case "groups":
				keeps(t, pane, groupColumns(), w)
			}
		}
	}
}

func keeps[R any](t *testing.T, pane string, columns []column[R], w int) {
	t.Helper()
	places := lay(columns, w)
	for i, a := range columns {
		for j, b := range columns {
			if places[i].w > 0 && places[j].w == 0 && cmp.Compare(a.keep, b.keep) > 0 {
				t.Errorf("%s at %d cells: %q is shown and %q is not, which is kept more", pane, w, a.title, b.title)
			}
		}
	}
}
