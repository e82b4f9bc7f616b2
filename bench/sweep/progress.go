package sweep

import (
	"os"
	"sync/atomic"
	"time"

	"axol/bench/show"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress shows how far a sweep is, on a terminal: a bar, the rate and the time left. A nil one shows nothing.
type Progress struct {
	bars       *mpb.Progress
	bar        *mpb.Bar
	executions atomic.Uint64
	before     uint64 // executions that a resumed run began with
	begun      time.Time
}

// NewProgress shows progress on a file if it is a terminal.
func NewProgress(w *os.File) *Progress {
	bars := show.Bars(w)
	if bars == nil {
		return nil
	}
	return &Progress{bars: bars}
}

// Show is a DynamicOptions.Progress.
func (p *Progress) Show(done, all int, executions uint64) {
	if p == nil {
		return
	}
	if p.bar == nil {
		p.begun, p.before = time.Now(), executions
		p.bar = p.bars.AddBar(int64(all),
			mpb.PrependDecorators(decor.Any(counted)),
			mpb.AppendDecorators(decor.Percentage(), decor.Any(p.rate), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")))
		p.bar.SetRefill(int64(done))
	}
	p.executions.Store(executions)
	p.bar.SetCurrent(int64(done))
}

func counted(s decor.Statistics) string {
	return grouped(int(s.Current)) + " of " + grouped(int(s.Total)) + " instructions "
}

func (p *Progress) rate(decor.Statistics) string {
	seconds := max(time.Since(p.begun).Seconds(), 0.001)
	return "  " + grouped(int(float64(p.executions.Load()-p.before)/seconds)) + " executions/s  "
}

// Close leaves the bar as it is, with what is printed next below it.
func (p *Progress) Close() {
	if p == nil {
		return
	}
	if p.bar != nil && !p.bar.Completed() {
		p.bar.Abort(false)
	}
	p.bars.Wait()
}
