package bench

import (
	"fmt"
	"os"
	"sync/atomic"

	"axol/bench/show"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress shows how far long work is: a bar on a terminal, and nothing elsewhere. A nil one
// shows nothing.
type Progress struct {
	bars *mpb.Progress
	bar  *mpb.Bar
	what atomic.Pointer[string]
}

// NewProgress shows progress on w.
func NewProgress(w *os.File) *Progress {
	bars := show.Bars(w)
	if bars == nil {
		return nil
	}
	return &Progress{bars: bars}
}

// Show says that done of so many parts are done.
func (p *Progress) Show(done, of int, what string) {
	if p == nil {
		return
	}
	p.what.Store(&what)
	if p.bar == nil {
		p.bar = p.bars.AddBar(int64(of), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.CountersNoUnit("%d/%d ")),
			mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), decor.Name("  "), decor.AverageETA(decor.ET_STYLE_GO),
				decor.Any(func(decor.Statistics) string { return fmt.Sprintf(" left  %s", *p.what.Load()) })))
	}
	p.bar.SetTotal(int64(of), false)
	p.bar.SetCurrent(int64(done))
}

// Clear takes the bar away.
func (p *Progress) Clear() {
	if p == nil || p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
	p.bars, p.bar = mpb.New(), nil
}
