package sweep

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"axol/probes"
	"axol/runtime/image"
)

// Patch reads what a running kernel had made of its image: lines of address, word in the image and word in memory, in
// hexadecimal, with commas between; a first line of names is left out. It returns how many words it changed.
func Patch(im *image.Image, name string, r io.Reader) (n int, err error) {
	lines := bufio.NewScanner(r)
	for line := 1; lines.Scan(); line++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || line == 1 && strings.HasPrefix(text, "address,") {
			continue
		}
		f := strings.Split(text, ",")
		if len(f) != 3 {
			return n, fmt.Errorf("%s:%d: %.80q is not an address and two words", name, line, text)
		}
		var v [3]uint64
		for i, bits := range [3]int{64, 32, 32} {
			if v[i], err = strconv.ParseUint(strings.TrimPrefix(f[i], "0x"), 16, bits); err != nil {
				return n, fmt.Errorf("%s:%d: %.80q is not hexadecimal", name, line, f[i])
			}
		}
		was, ok := im.Word(v[0])
		switch {
		case !ok:
			return n, fmt.Errorf("%s:%d: the image has no instruction at %#x", name, line, v[0])
		case was != uint32(v[1]):
			return n, fmt.Errorf("%s:%d: the image has %08x at %#x, not %08x: it is another kernel", name, line, was, v[0], v[1])
		}
		im.Patch(v[0], uint32(v[2]))
		n++
	}
	return n, lines.Err()
}

// Identity is a digest of all that a dynamic pass is run on.
func (s *Sweep) Identity() (digest [32]byte) {
	h := sha256.New()
	var buf []byte
	for i, t := range s.Image.Texts {
		buf = binary.LittleEndian.AppendUint64(buf[:0], t.Addr)
		for j, w := range t.Words {
			buf = append(binary.LittleEndian.AppendUint32(buf, w), byte(s.Codes[i][j]))
		}
		h.Write(buf)
	}
	h.Sum(digest[:0])
	return digest
}

// RulesFor is the name of the rules of the kernel that an image is, or is a module of.
func RulesFor(im *image.Image) string {
	const fallback = "linux-5.10"
	var major, minor int
	if _, err := fmt.Sscanf(im.Version, "Linux version %d.%d", &major, &minor); err != nil {
		return fallback
	}
	series := fmt.Sprintf("%d.%d", major, minor)
	candidates := []string{"linux-" + series, "linux-7.2"}
	if strings.Contains(im.Version, "Debian") {
		candidates = append([]string{"debian-" + series}, candidates...)
	}
	for _, name := range candidates {
		if _, err := probes.Lookup(name); err == nil {
			return name
		}
	}
	return fallback
}
