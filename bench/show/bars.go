package show

import (
	"os"

	"github.com/vbauerster/mpb/v8"
	"golang.org/x/sys/unix"
)

// Bars is for progress bars on w, nil if that is no terminal.
func Bars(w *os.File) *mpb.Progress {
	if _, err := unix.IoctlGetTermios(int(w.Fd()), unix.TCGETS); err != nil {
		return nil
	}
	return mpb.New(mpb.WithOutput(w), mpb.WithWidth(64))
}
