package bench

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// NewFile is a file that is there as a whole at the end, or not at all: until then it has another name. A device or a
// pipe is written as it is.
type NewFile struct {
	path, temporary string // temporary is "" for a device
	f               *os.File
}

// CreateFile begins a file. It fails where the file could not be written.
func CreateFile(path string) (*NewFile, error) {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &NewFile{path: path, f: f}, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		if pe := (*os.PathError)(nil); errors.As(err, &pe) {
			pe.Path = path // the other name says nothing to people
		}
		return nil, err
	}
	return &NewFile{path, f.Name(), f}, nil
}

// Finish writes the file and gives it its name. If anything goes wrong, there is none.
func (n *NewFile) Finish(write func(w io.Writer) error) error {
	err := write(n.f)
	if err == nil && n.temporary != "" {
		err = n.f.Chmod(0o644)
	}
	if err := errors.Join(err, n.f.Close()); err != nil || n.temporary == "" {
		n.remove()
		return err
	}
	if err := os.Rename(n.temporary, n.path); err != nil {
		n.remove()
		return err
	}
	return nil
}

// Abandon ends the file without anything in it.
func (n *NewFile) Abandon() {
	n.f.Close()
	n.remove()
}

func (n *NewFile) remove() {
	if n.temporary != "" {
		os.Remove(n.temporary)
	}
}
