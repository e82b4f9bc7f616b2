package sweep

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal is a terminal of 120 columns, and where what is written on it can be read.
func terminal(t *testing.T) (user, screen *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("needs terminals: %v", err)
	}
	t.Cleanup(func() { screen.Close() })
	fd := int(screen.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Skipf("needs terminals: %v", err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if user, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Skipf("needs terminals: %v", err)
	}
	t.Cleanup(func() { user.Close() })
	if err := unix.IoctlSetWinsize(int(user.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 120}); err != nil {
		t.Fatal(err)
	}
	return user, screen
}

// A terminal shows the numbers, the rate and the time left; anything else shows nothing.
func TestProgress(t *testing.T) {
	user, screen := terminal(t)
	p := NewProgress(user)
	p.Show(0, 20480, 0)
	p.Show(4096, 20480, 8192)
	p.Show(20480, 20480, 40960)
	p.Close()
	buf := make([]byte, 1<<16)
	n, err := screen.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"20,480 of 20,480 instructions", "100 %", "executions/s", "left"} {
		if !strings.Contains(string(buf[:n]), want) {
			t.Errorf("%q is not shown: %q", want, buf[:n])
		}
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	none := NewProgress(file)
	none.Show(1, 2, 3)
	none.Close()
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("a file shows %v, %v", info.Size(), err)
	}
}
