package sweep

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"axol/bench/show"

	"github.com/klauspost/compress/zstd"
)

// State keeps a dynamic pass in a file while it runs, so that a run that is interrupted can be resumed. A nil State keeps
// nothing.
type State struct {
	Path   string
	Digest [32]byte // of the image
	// Notice is called if the file is of no use, with the reason.
	Notice func(why string)

	saved time.Time
}

// stateVersion is of the file's format.
const stateVersion = 2

// saveEvery is how often the file is written.
const saveEvery = 5 * time.Second

// kept is the file's content, JSON packed by zstd, whose checksum it has.
type kept struct {
	Version    int
	Digest     [32]byte
	Settings   string
	Executions uint64
	Done       []bool
	Phrases    []Phrase
	Unequal    []Difference
	Outcomes   [][]byte
	Times      [][]byte // 2 for each word
}

// load puts what the file has into d. A file that is of no use is ignored.
func (st *State) load(d *Dynamic) {
	if st == nil {
		return
	}
	k, err := st.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		st.notice("there is nothing to resume: %s is not there", st.Path)
	case err != nil:
		st.notice("%s is damaged, and ignored: %v", st.Path, err)
	case k.Version != stateVersion:
		st.notice("%s is of another version of axol, and ignored", st.Path)
	case k.Digest != st.Digest:
		st.notice("%s is of another image, and ignored", st.Path)
	case k.Settings != d.settings:
		st.notice("%s is of other settings, and ignored: %s", st.Path, k.Settings)
	case !k.fits(d):
		st.notice("%s is damaged, and ignored: it is of another size", st.Path)
	default:
		d.Executions, d.done, d.Phrases, d.Unequal = k.Executions, k.Done, k.Phrases, k.Unequal
		for i, list := range k.Outcomes {
			for j, o := range list {
				d.Outcomes[i][j], d.Times[i][j] = Outcome(o), binary.LittleEndian.Uint16(k.Times[i][2*j:])
			}
		}
	}
}

func (st *State) notice(format string, args ...any) {
	if st.Notice != nil {
		st.Notice(fmt.Sprintf(format, args...))
	}
}

// fits says whether the lists are as long as they must be.
func (k *kept) fits(d *Dynamic) bool {
	ok := len(k.Done) == len(d.done) && len(k.Outcomes) == len(d.Outcomes) && len(k.Times) == len(d.Times) && len(k.Phrases) <= maxPhrases+3
	for _, p := range k.Phrases {
		ok = ok && (p.Kind == Confirmed || p.Kind == Unconfirmed || p.Kind == Unmeasured)
	}
	for i := 0; ok && i < len(k.Outcomes); i++ {
		ok = len(k.Outcomes[i]) == len(d.Outcomes[i]) && len(k.Times[i]) == 2*len(d.Times[i])
		for _, o := range k.Outcomes[i] {
			ok = ok && int(o) < int(firstPhrase)+len(k.Phrases)
		}
	}
	return ok
}

func (st *State) read() (*kept, error) {
	f, err := os.Open(st.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	k := &kept{}
	decoder := json.NewDecoder(z)
	if err := decoder.Decode(k); err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, z) // the checksum is behind it
	return k, err
}

// saveNowAndThen is save, if the last one was a while ago.
func (st *State) saveNowAndThen(d *Dynamic) error {
	if st == nil || time.Since(st.saved) < saveEvery {
		return nil
	}
	return st.save(d)
}

// save writes the file, whole or not at all.
func (st *State) save(d *Dynamic) error {
	if st == nil {
		return nil
	}
	defer func() { st.saved = time.Now() }() // when it is written: a slow disk does not stop the work
	k := kept{stateVersion, st.Digest, d.settings, d.Executions, d.done, d.Phrases, d.Unequal, make([][]byte, len(d.Outcomes)), make([][]byte, len(d.Times))}
	for i, list := range d.Outcomes {
		k.Outcomes[i] = make([]byte, len(list))
		for j, o := range list {
			k.Outcomes[i][j] = byte(o)
			k.Times[i] = binary.LittleEndian.AppendUint16(k.Times[i], d.Times[i][j])
		}
	}
	err := show.Replace(st.Path, func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true))
		if err != nil {
			return err
		}
		return errors.Join(json.NewEncoder(z).Encode(&k), z.Close())
	})
	if err != nil {
		return fmt.Errorf("the state of the sweep cannot be kept: %w", err)
	}
	return nil
}

// Remove takes the file away.
func (st *State) Remove() error {
	if st == nil {
		return nil
	}
	if err := os.Remove(st.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
