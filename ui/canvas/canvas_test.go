package canvas

import (
	"testing"

	"kscope/themes"
)

func dark(t testing.TB) *themes.Theme {
	t.Helper()
	d, ok := themes.Named("dark")
	if !ok {
		t.Fatal("no dark theme")
	}
	return d
}

func TestBoxAndList(t *testing.T) {
	m := dark(t).Marks()
	c := New(40, 5)
	text, muted := themes.Text.S(), themes.Muted.S()
	r := c.Bounds()
	c.Box(r, m, true, Title{
		Key: "2", Name: "Topics",
		Facts: []Seg{{"orders", text}, {" · RF 3", muted}},
		Right: []Seg{{"24", text}},
	})
	in := r.In()
	c.Tint(Rect{in.X, in.Y, in.W, 1}, themes.Selected)
	c.Rune(in.X, in.Y, m.Here, themes.Accent.B())
	c.Cut(in.X+2, in.Y, 8, "orders-by-region", text)
	c.Right(in.X+12, in.Y, 5, "1,204", text)
	c.Right(in.X+18, in.Y, 5, "1,204,551", text)
	c.Bar(in.X+24, in.Y, 4, m, 5, 8, themes.Leader.S())
	c.Spark(in.X+29, in.Y, 5, m, []float64{9, 0, 1, 4, 8}, themes.Quiet.S())
	c.Mid(in.X, in.Y+1, in.W, "注文 e\u0301 👩\u200d👧", text)
	c.Scroll(r, m, 0, 3, 12, true)
	want := "" +
		"╭─ 2 Topics  orders · RF 3 ─────── 24 ─╮\n" +
		"│▸ orders-…  1,204     … ━━╸─ ▇▁▂▄▆    ┃\n" +
		"│             注文 e\u0301 👩👧              │\n" +
		"│                                      │\n" +
		"╰──────────────────────────────────────╯\n"
	if got := c.Text(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
