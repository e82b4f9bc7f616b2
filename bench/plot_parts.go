package bench

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// decades are the ticks of a logarithmic axis: powers of ten have names, what is between them has none.
type decades struct{}

func (decades) Ticks(lo, hi float64) (ticks []plot.Tick) {
	for v := math.Pow(10, math.Floor(math.Log10(lo))); v <= hi*1.0001; v *= 10 {
		if v >= lo*0.9999 {
			ticks = append(ticks, plot.Tick{Value: v, Label: powerName(v)})
		}
		for k := 2.0; k < 10; k++ {
			if v*k >= lo && v*k <= hi {
				ticks = append(ticks, plot.Tick{Value: v * k})
			}
		}
	}
	return ticks
}

// powerName is a power of ten for people.
func powerName(v float64) string {
	switch {
	case v >= 0.999e6:
		return fmt.Sprintf("%.0f M", v/1e6)
	case v >= 0.999e3:
		return fmt.Sprintf("%.0f k", v/1e3)
	}
	return fmt.Sprintf("%.4g", v)
}

// plainTicks are ticks with the shortest labels there are.
type plainTicks struct{}

func (plainTicks) Ticks(lo, hi float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(lo, hi)
	for i := range ticks {
		if !ticks[i].IsMinor() {
			ticks[i].Label = fmt.Sprintf("%.4g", ticks[i].Value)
		}
	}
	return ticks
}

// rowTicks are names, from the top down.
type rowTicks []string

func (names rowTicks) Ticks(float64, float64) (ticks []plot.Tick) {
	for i, n := range names {
		ticks = append(ticks, plot.Tick{Value: float64(-i), Label: n})
	}
	return ticks
}

// rowLines leads the eye from a row's name to its dots.
func rowLines(rows int, lo, hi float64) plot.Plotter {
	return lines(func(p *plot.Plot, c draw.Canvas, line func(a, b vg.Point)) {
		x, y := p.Transforms(&c)
		for i := range rows {
			line(vg.Point{X: x(lo), Y: y(float64(-i))}, vg.Point{X: x(hi), Y: y(float64(-i))})
		}
	})
}

// verticals marks the decades of the X axis.
type verticals struct{}

func (verticals) Plot(c draw.Canvas, p *plot.Plot) {
	lines(func(p *plot.Plot, c draw.Canvas, line func(a, b vg.Point)) {
		x, _ := p.Transforms(&c)
		for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
			if !t.IsMinor() {
				line(vg.Point{X: x(t.Value), Y: c.Min.Y}, vg.Point{X: x(t.Value), Y: c.Max.Y})
			}
		}
	}).Plot(c, p)
}

// lines draws faint lines behind the data.
type lines func(p *plot.Plot, c draw.Canvas, line func(a, b vg.Point))

func (f lines) Plot(c draw.Canvas, p *plot.Plot) {
	style := draw.LineStyle{Color: faint, Width: vg.Points(0.8)}
	f(p, c, func(a, b vg.Point) { c.StrokeLines(style, []vg.Point{a, b}) })
}

// grid is faint lines at the ticks that have names.
func grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = faint, faint
	g.Vertical.Width, g.Horizontal.Width = vg.Points(0.8), vg.Points(0.8)
	return g
}

// cmpFloat orders points by X where lines join them, and leaves them alone elsewhere.
func cmpFloat(a, b float64, joined bool) int {
	switch {
	case !joined || a == b:
		return 0
	case a < b:
		return -1
	}
	return 1
}
