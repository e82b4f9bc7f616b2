package bench

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Progress shows how far long work is: a bar on a terminal, and nothing elsewhere. A nil one
// shows nothing.
type Progress struct{ w *os.File }

// NewProgress shows progress on w.
func NewProgress(w *os.File) *Progress {
	if _, err := unix.IoctlGetTermios(int(w.Fd()), unix.TCGETS); err != nil {
		return nil
	}
	return &Progress{w}
}

// Show says that done of so many parts are done.
func (p *Progress) Show(done, of int, what string) {
	const width = 30
	if p == nil {
		return
	}
	full := width * done / max(of, 1)
	fmt.Fprintf(p.w, "\r[%s%s] %d/%d %-40.40s", strings.Repeat("#", full), strings.Repeat(".", width-full), done, of, what)
}

// Clear takes the bar away.
func (p *Progress) Clear() {
	if p != nil {
		fmt.Fprintf(p.w, "\r%80s\r", "")
	}
}
