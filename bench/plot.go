package bench

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Plotter is how to draw a report into a file of that name.
func Plotter(path string) (func(r *Report, w io.Writer) error, error) {
	switch filepath.Ext(path) {
	case ".svg":
		return (*Report).writeSVG, nil
	case ".html":
		return (*Report).writeHTML, nil
	}
	return nil, errors.New("a plot is an .svg or an .html file")
}

// errNothingToDraw: what was measured has no plot.
var errNothingToDraw = errors.New("there is nothing to draw: plots are of the groups hit, table and armed")

// Sizes of the drawing.
const (
	plotWidth   = 10.5 * vg.Inch
	rowHeight   = 0.21 * vg.Inch // of a row of hits
	framing     = 1.15 * vg.Inch // what a panel of hits has beside its rows
	panelHeight = 3 * vg.Inch
	margin      = 0.25 * vg.Inch
)

// Colours that differ for those who do not see all, too.
var (
	ink    = color.RGBA{0x1f, 0x29, 0x33, 0xff}
	faint  = color.RGBA{0xe3, 0xe7, 0xeb, 0xff}
	muted  = color.RGBA{0x9a, 0xa5, 0xb1, 0xff}
	danger = color.RGBA{0xba, 0x25, 0x25, 0xff}
	shapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.PyramidGlyph{}, draw.BoxGlyph{}, draw.RingGlyph{}} // where colours are not enough
	series = []color.RGBA{{0x00, 0x72, 0xb2, 0xff}, {0xe6, 0x7e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff}, {0xcc, 0x79, 0xa7, 0xff}, {0x56, 0xb4, 0xe9, 0xff}, {0x8a, 0x6d, 0x00, 0xff}}
)

// writeSVG draws hits per second by kind, and what many probes cost by their number.
func (r *Report) writeSVG(w io.Writer) error {
	hits, rows, err := r.hitPanel()
	if err != nil {
		return err
	}
	many, err := r.armedPanels()
	if err != nil {
		return err
	}
	if hits == nil && many == nil {
		return errNothingToDraw
	}
	height := 2 * margin
	if hits != nil {
		height += framing + vg.Length(rows)*rowHeight
	}
	height += vg.Length(len(many)) * panelHeight
	svg := vgsvg.NewWith(vgsvg.UseWH(plotWidth, height), vgsvg.EmbedFonts(true)) // positions are made for this font
	c := draw.New(svg)
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	if hits != nil {
		hits.Draw(draw.Crop(c, 0, 0, vg.Length(len(many))*panelHeight, 0))
	}
	if many != nil {
		below := draw.Crop(c, 0, 0, 0, vg.Length(len(many))*panelHeight-(c.Max.Y-c.Min.Y))
		tiles := draw.Tiles{Rows: len(many), Cols: len(many[0]), PadX: 0.35 * vg.Inch, PadY: 0.25 * vg.Inch, PadTop: 0.2 * vg.Inch}
		for i, line := range many {
			for k, p := range line {
				p.Draw(tiles.At(below, k, i))
			}
		}
	}
	_, err = svg.WriteTo(w)
	return err
}

// newPlot is an empty plot in our style.
func newPlot(title string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.TextStyle.Font.Size = vg.Points(12)
	p.Title.Padding = vg.Points(8)
	p.BackgroundColor = color.White
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Label.TextStyle.Color, a.Tick.Label.Color, a.Tick.Color = muted, ink, ink, muted
		a.Label.TextStyle.Font.Size, a.Tick.Label.Font.Size = vg.Points(10), vg.Points(9)
		a.Padding = vg.Points(4)
	}
	p.Title.TextStyle.Color, p.Legend.TextStyle.Color = ink, ink
	p.Legend.TextStyle.Font.Size = vg.Points(9)
	for _, s := range []*text.Style{&p.Title.TextStyle, &p.Legend.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label} {
		s.Font.Typeface, s.Font.Variant = "Liberation", "Sans"
	}
	return p
}

// key is what tells the series of a plot apart: the fidelity, and the axes on which results of the same name differ.
func (r *Report) key(res *Result) string {
	var key []string
	for _, a := range res.Axes {
		differs := slices.ContainsFunc(r.Results, func(o *Result) bool {
			return o.Group == res.Group && o.Name == res.Name && o.axis(a.Key) != a.Value
		})
		if differs || a.Key == "fidelity" {
			key = append(key, a.Value)
		}
	}
	return strings.Join(key, ", ")
}

// hitPanel is a dot for each benchmark of hits and setting: how many a second its loop has.
func (r *Report) hitPanel() (p *plot.Plot, rows int, err error) {
	var names []string
	points := map[string]plotter.XYs{}
	var keys []string
	for _, res := range r.Results {
		sec := res.median(unitTime)
		hits := res.median(unitHits) + zeroIfNaN(res.median(unitMissed))
		if res.Group != groupHit && res.Group != groupTable || !(sec > 0) || !(hits > 0) {
			continue
		}
		name := res.Name
		if res.Group == groupTable {
			name = "table: " + name
		}
		at := slices.Index(names, name)
		if at < 0 {
			at, names = len(names), append(names, name)
		}
		k := r.key(res)
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
		points[k] = append(points[k], plotter.XY{X: 1e-6 * hits / sec, Y: float64(-at)})
	}
	if len(names) == 0 {
		return nil, 0, nil
	}
	p = newPlot("Hits per second, by kind of probe")
	p.X.Label.Text = "million hits a second of a loop that calls the probed function, on one core"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, decades{}
	p.X.Min, p.X.Max = span(points)
	p.Y.Min, p.Y.Max = -float64(len(names))+0.5, 0.5
	p.Y.Tick.Marker = rowTicks(names)
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Add(rowLines(len(names), p.X.Min, p.X.Max), verticals{})
	return p, len(names), addSeries(p, keys, points, false)
}

// armedPanels is four plots over the number of probes.
func (r *Report) armedPanels() ([][]*plot.Plot, error) {
	panels := []struct {
		title, label, unit string
		scale, lo, hi      float64 // the axis has this, at least
		bound              float64 // 0: no bound
		log                bool
		left, top          bool // where there is room for the legend
	}{
		{"Arming", "us for each probe", unitArm, 1e6, 1, 10, 0, true, false, true},
		{"Memory", "bytes for each probe", unitBytes, 1, 0, 400, 300, false, true, false},
		{"The code that the probes are in", "times its time unprobed", unitRatio, 1, 0.5, 10, 0, true, true, true},
		{"Code that is not probed", "% more time than without probes", unitSlowdown, 1, -5, 5, 1, false, true, true},
	}
	var plots []*plot.Plot
	for _, panel := range panels {
		points := map[string]plotter.XYs{}
		var keys []string
		for _, res := range r.Results {
			n, err := strconv.Atoi(res.Name)
			v := res.median(panel.unit) * panel.scale
			if res.Group != groupArmed || err != nil || math.IsNaN(v) {
				continue
			}
			k := r.key(res)
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
			points[k] = append(points[k], plotter.XY{X: float64(n), Y: v})
		}
		if len(keys) == 0 {
			return nil, nil
		}
		p := newPlot(panel.title)
		p.X.Label.Text, p.Y.Label.Text = "probes armed", panel.label
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, decades{}
		p.X.Min, p.X.Max = 1, MaxProbes
		p.Y.Min, p.Y.Max, p.Y.Tick.Marker = panel.lo, panel.hi, plainTicks{}
		if panel.log {
			p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decades{}
		}
		p.Add(grid())
		if err := addSeries(p, keys, points, true); err != nil {
			return nil, err
		}
		if panel.bound > 0 {
			if err := addBound(p, panel.bound); err != nil {
				return nil, err
			}
		}
		p.Legend.Left, p.Legend.Top = panel.left, panel.top
		plots = append(plots, p)
	}
	return [][]*plot.Plot{plots[:2], plots[2:]}, nil
}

func zeroIfNaN(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// span is the decades that the points' X lie in.
func span(points map[string]plotter.XYs) (lo, hi float64) {
	lo, hi = math.Inf(1), 0
	for _, xys := range points {
		for _, p := range xys {
			lo, hi = min(lo, p.X), max(hi, p.X)
		}
	}
	return math.Pow(10, math.Floor(math.Log10(lo))), math.Pow(10, math.Ceil(math.Log10(hi)))
}

// addSeries adds points, and lines between them, in the colour of their key.
func addSeries(p *plot.Plot, keys []string, points map[string]plotter.XYs, lines bool) error {
	for i, k := range keys {
		xys := points[k]
		slices.SortFunc(xys, func(a, b plotter.XY) int { return cmpFloat(a.X, b.X, lines) })
		line, dots, err := plotter.NewLinePoints(xys)
		if err != nil {
			return err
		}
		line.Color, line.Width = series[i%len(series)], vg.Points(1.6)
		dots.Color, dots.Radius, dots.Shape = line.Color, vg.Points(3.2), shapes[i/len(series)%len(shapes)]
		if lines {
			p.Add(line)
		}
		p.Add(dots)
		p.Legend.Add(k, dots)
	}
	p.Legend.Top = true
	p.Legend.Padding = vg.Points(2)
	return nil
}

// addBound adds a line that measurements are to stay below.
func addBound(p *plot.Plot, at float64) error {
	l, err := plotter.NewLine(plotter.XYs{{X: p.X.Min, Y: at}, {X: p.X.Max, Y: at}})
	if err != nil {
		return err
	}
	l.Color, l.Width, l.Dashes = danger, vg.Points(1), []vg.Length{vg.Points(5), vg.Points(3)}
	p.Add(l)
	p.Legend.Add(fmt.Sprintf("bound %v", at), l)
	return nil
}
