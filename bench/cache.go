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
func Guest() (string, error) {
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(goruntime.Version()), guestSource...))
	dir := filepath.Join(cache, fmt.Sprintf("guest-%x", sum[:6]))
	path := filepath.Join(dir, "guest")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, guestSource, 0o644); err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", path, source)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=", "GO111MODULE=off")
	if msg, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the guest cannot be built: go build: %w: %s", err, msg)
	}
	return path, nil
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
	f, err := os.CreateTemp(cache, "text-*.tmp")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) // fails when all went well
	w := bufio.NewWriterSize(f, 1<<20)
	if err := writeText(w, size); err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return path, os.Rename(f.Name(), path)
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
