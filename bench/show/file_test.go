package show

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A file is there as a whole or not at all, and what was there stays until it is replaced.
func TestNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	content := func() string {
		b, err := os.ReadFile(path)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	write := func(s string, fail error) error {
		f, err := CreateFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return f.Finish(func(w io.Writer) error {
			io.WriteString(w, s)
			return fail
		})
	}
	if err := write("one", nil); err != nil || content() != "one" {
		t.Error(err, content())
	}
	full := errors.New("the disk is full")
	if err := write("tw", full); !errors.Is(err, full) || content() != "one" {
		t.Error(err, content())
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Error(left, err)
	}
	if f, err := CreateFile("/dev/full"); err == nil {
		if err := f.Finish(func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err == nil {
			t.Error("a full device takes what is written")
		}
	}
}
