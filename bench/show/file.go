package show

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// NewFile is a file that will be there as a whole, or not at all. A device or a pipe is written as it is.
type NewFile struct {
	path   string
	device bool
}

// CreateFile fails where the file could not be written, before the work that is to fill it. It leaves nothing behind: whoever
// interrupts that work need not clean up.
func CreateFile(path string) (*NewFile, error) {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		return &NewFile{path, true}, f.Close()
	}
	f, err := temporary(path)
	if err != nil {
		return nil, err
	}
	return &NewFile{path: path}, errors.Join(f.Close(), os.Remove(f.Name()))
}

// temporary makes a file beside path, so that it can be given that name.
func temporary(path string) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp")
	if pe := (*os.PathError)(nil); errors.As(err, &pe) {
		pe.Path = path // the other name says nothing to people
	}
	return f, err
}

// Finish writes the file, and gives it its name. If anything goes wrong, there is none, or the one that was.
func (n *NewFile) Finish(write func(w io.Writer) error) error {
	if n.device {
		f, err := os.OpenFile(n.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := temporary(n.path)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), n.path)
}

// Replace is CreateFile and Finish.
func Replace(path string, write func(w io.Writer) error) error {
	f, err := CreateFile(path)
	if err != nil {
		return err
	}
	return f.Finish(write)
}
