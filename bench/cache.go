package bench

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"

	"axol/bench/show"
)

// Cache is the folder for what is fetched and built once: $AXOL_CACHE, or axol in the
// user's cache.
func Cache() (string, error) {
	if dir := os.Getenv("AXOL_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "axol"), nil
}

//go:embed guest/main.go
var guestSource []byte

// Guest is the path of the embedded guest, an arm64 Go program. It is built the first time,
// which needs a Go toolchain.
func Guest() (string, error) { return buildGuest("arm64") }

// buildGuest is the embedded guest for an architecture.
func buildGuest(goarch string) (string, error) {
	folder := "guest-"
	if goarch != "arm64" {
		folder += goarch + "-"
	}
	source, err := cached(folder, "main.go", guestSource, []byte(goruntime.Version()))
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(source), "guest")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	build := exec.Command("go", "build", "-o", path, source)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=", "GO111MODULE=off")
	if msg, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the guest cannot be built: go build: %w: %s", err, msg)
	}
	return path, nil
}

// cached writes a file into a folder of the cache that is named after its content, and after what else
// decides what is made of it there.
func cached(folder, name string, content []byte, more ...[]byte) (string, error) {
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, m := range append(more, content) {
		h.Write(m)
	}
	dir := filepath.Join(cache, fmt.Sprintf("%s%x", folder, h.Sum(nil)[:6]))
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return path, show.Replace(path, func(w io.Writer) error { _, err := w.Write(content); return err })
}

// textFile is the path of a file of so many bytes of text, the same on every machine.
func textFile(size int64) (string, error) {
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, fmt.Sprintf("text-%d", size))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	return path, show.Replace(path, func(out io.Writer) error {
		w := bufio.NewWriterSize(out, 1<<20)
		if err := writeText(w, size); err != nil {
			return err
		}
		return w.Flush()
	})
}

// writeText writes words, a few of them much more often than the rest, in lines.
func writeText(w io.Writer, size int64) error {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([][]byte, 4096)
	for i := range words {
		for range 2 + r.IntN(8) {
			words[i] = append(words[i], 'a'+byte(r.IntN(26)))
		}
	}
	var line []byte
	for size > 0 {
		line = line[:0]
		for len(line) < 70 {
			x := r.Float64()
			line = append(line, words[int(x*x*x*float64(len(words)))]...)
			line = append(line, ' ')
		}
		line[len(line)-1] = '\n'
		n := min(int64(len(line)), size)
		if _, err := w.Write(line[:n]); err != nil {
			return err
		}
		size -= n
	}
	return nil
}
