package canvas

// Rect is a rectangle of cells.
type Rect struct{ X, Y, W, H int }

// In returns the room inside a frame drawn on r.
func (r Rect) In() Rect { return Rect{r.X + 1, r.Y + 1, max(r.W-2, 0), max(r.H-2, 0)} }

// Empty reports whether r has no cell.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the cell x, y lies in r.
func (r Rect) Contains(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// Left cuts off the n leftmost columns, as many as there are.
func (r Rect) Left(n int) (left, rest Rect) {
	n = max(min(n, r.W), 0)
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// Right cuts off the n rightmost columns, as many as there are.
func (r Rect) Right(n int) (right, rest Rect) {
	n = max(min(n, r.W), 0)
	return Rect{r.X + r.W - n, r.Y, n, r.H}, Rect{r.X, r.Y, r.W - n, r.H}
}

// Top cuts off the n topmost rows, as many as there are.
func (r Rect) Top(n int) (top, rest Rect) {
	n = max(min(n, r.H), 0)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Bottom cuts off the n lowest rows, as many as there are.
func (r Rect) Bottom(n int) (bottom, rest Rect) {
	n = max(min(n, r.H), 0)
	return Rect{r.X, r.Y + r.H - n, r.W, n}, Rect{r.X, r.Y, r.W, r.H - n}
}

// Meet returns what r and o have in common; it is empty where they do not meet.
func (r Rect) Meet(o Rect) Rect {
	x, y := max(r.X, o.X), max(r.Y, o.Y)
	return Rect{x, y, max(min(r.X+r.W, o.X+o.W)-x, 0), max(min(r.Y+r.H, o.Y+o.H)-y, 0)}
}

// Centre returns a rectangle of w by h cells, or what of it fits, in the middle of r.
func (r Rect) Centre(w, h int) Rect {
	w, h = max(min(w, r.W), 0), max(min(h, r.H), 0)
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}
