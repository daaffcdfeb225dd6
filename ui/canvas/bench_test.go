package canvas

import (
	"fmt"
	"strconv"
	"testing"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"kscope/themes"
)

var sizes = []struct{ w, h int }{{200, 50}, {300, 80}}

// page draws what an explorer screen consists of: a header, a framed list with
// figures, bars and sparklines on every row, a footer.
func page(c *Canvas, m *themes.Marks, rows [][]string, selected int) {
	c.Clear()
	w, h := c.Size()
	text, muted := themes.Text.S(), themes.Muted.S()
	c.Segs(1, 0, w, Seg{"kscope  ", themes.Accent.B()}, Seg{"3/3", text}, Seg{" brokers · ", muted}, Seg{"24", text}, Seg{" topics", muted})
	r := Rect{0, 1, w, h - 2}
	c.Box(r, m, true, Title{Key: "2", Name: "Topics", Right: []Seg{{"24", text}, {" by rate", muted}}})
	in := r.In()
	spark := []float64{3, 4, 2, 6, 7, 3, 1, 0, 4, 4}
	for i := range in.H {
		y, row := in.Y+i, rows[i]
		if i == selected {
			c.Tint(Rect{in.X, y, in.W, 1}, themes.Selected)
			c.Rune(in.X, y, m.Here, themes.Accent.B())
		}
		c.Cut(in.X+2, y, 30, row[0], text)
		for j := range 6 {
			c.Rune(in.X+36+6*j, y, m.InSync, themes.Follower.S())
		}
		c.Rune(in.X+36+6*(i%6), y, m.Leader, themes.Leader.On(themes.LeaderTint))
		c.Right(in.X+72, y, 10, row[1], text)
		c.Right(in.X+84, y, 10, row[2], muted)
		c.Spark(in.X+96, y, 10, m, spark, themes.Quiet.S())
		c.Bar(in.X+108, y, 8, m, float64(i), float64(in.H), themes.Leader.S())
		c.Cut(in.X+118, y, in.W-120, row[3], text)
	}
	c.Segs(1, h-1, w-2, Seg{"j/k", themes.Accent.B()}, Seg{" move   ", muted}, Seg{"?", themes.Accent.B()}, Seg{" help", muted})
}

func pageRows(n int) [][]string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{
			"orders-by-region-" + strconv.Itoa(i), strconv.Itoa(i * 1723), strconv.Itoa(i * 99),
			fmt.Sprintf(`{"id":%d,"status":"shipped","total":222.92,"lines":[{"sku":"a-%d","n":2}],"at":"2026-03-01T14:12:03Z"}`, 99000+i, i),
		}
	}
	return rows
}

func eachSize(b *testing.B, f func(b *testing.B, c *Canvas, rows [][]string)) {
	for _, s := range sizes {
		b.Run(fmt.Sprintf("%dx%d", s.w, s.h), func(b *testing.B) {
			c := New(s.w, s.h)
			b.ReportAllocs()
			f(b, c, pageRows(s.h))
		})
	}
}

// BenchmarkRedraw draws and renders everything anew.
func BenchmarkRedraw(b *testing.B) {
	t := dark(b)
	other := t.WithASCII() // another theme throws away what is kept
	eachSize(b, func(b *testing.B, c *Canvas, rows [][]string) {
		for i := 0; b.Loop(); i++ {
			page(c, t.Marks(), rows, i%40)
			if i%2 == 0 {
				c.Render(t)
			} else {
				c.Render(other)
			}
		}
	})
}

// BenchmarkMove draws everything and renders the two rows of a cursor's step.
func BenchmarkMove(b *testing.B) {
	t := dark(b)
	eachSize(b, func(b *testing.B, c *Canvas, rows [][]string) {
		for i := 0; b.Loop(); i++ {
			page(c, t.Marks(), rows, i%40)
			c.Render(t)
		}
	})
}

// BenchmarkDraw draws without rendering.
func BenchmarkDraw(b *testing.B) {
	t := dark(b)
	eachSize(b, func(b *testing.B, c *Canvas, rows [][]string) {
		for i := 0; b.Loop(); i++ {
			page(c, t.Marks(), rows, i%40)
		}
	})
}

// BenchmarkRenderOneRow renders after one row changed.
func BenchmarkRenderOneRow(b *testing.B) {
	t := dark(b)
	eachSize(b, func(b *testing.B, c *Canvas, rows [][]string) {
		page(c, t.Marks(), rows, 3)
		for i := 0; b.Loop(); i++ {
			c.Right(80, 20, 8, strconv.Itoa(i), themes.Text.S())
			c.Render(t)
		}
	})
}

// BenchmarkPeerTable is the yardstick: the same rows in lipgloss/table.
func BenchmarkPeerTable(b *testing.B) {
	eachSize(b, func(b *testing.B, c *Canvas, rows [][]string) {
		w, h := c.Size()
		for b.Loop() {
			_ = table.New().Border(lipgloss.RoundedBorder()).Width(w).Height(h).Rows(rows...).Wrap(false).String()
		}
	})
}
