package backend

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// samples are the files of a server without a folder of its own. User_16.crc, of 1120 bytes, is the
// file of the example session in the FTP AT manual.
var samples = []struct {
	name    string
	content []byte
}{
	{"hello.txt", []byte("Hello from modemsim.\nThis file has three lines,\neach ended by a line feed.\n")},
	{"firmware.bin", offsetLines(64 << 10)},
	{"User_16.crc", offsetLines(1120)},
	{"empty.bin", nil},
}

// sampleTime is the modification time of every sample, so that MDTM and LIST answer the same in
// every run.
var sampleTime = time.Date(2008, time.January, 1, 0, 0, 0, 0, time.UTC)

// offsetLines returns size bytes of 16-byte lines that hold their offset, so that a gap or an
// overlap is easily seen. size must be a multiple of 16.
func offsetLines(size int) []byte {
	content := make([]byte, 0, size)
	for len(content) < size {
		content = fmt.Appendf(content, "offset %08X\n", len(content))
	}
	return content
}

func writeSamples(folder string) error {
	upload := filepath.Join(folder, "upload")
	if err := os.MkdirAll(upload, 0o755); err != nil {
		return fmt.Errorf("sample files: %w", err)
	}
	names := []string{upload, folder} // last, since a new file changes the time of its folder
	for _, s := range samples {
		name := filepath.Join(folder, s.name)
		if err := os.WriteFile(name, s.content, 0o644); err != nil {
			return fmt.Errorf("sample files: %w", err)
		}
		names = append([]string{name}, names...)
	}
	for _, name := range names {
		if err := os.Chtimes(name, sampleTime, sampleTime); err != nil {
			return fmt.Errorf("sample files: %w", err)
		}
	}
	return nil
}
