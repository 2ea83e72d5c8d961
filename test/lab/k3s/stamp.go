package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"sync"
)

// The version is a trailer behind the executable: text, its length as 4 bytes, then this mark. One build serves for all versions.
var stampMark = []byte("k3stack-standin-version-1")

const (
	defaultVersion = "v1.36.3+k3s1"
	maxVersion     = 64
)

var versionFormat = regexp.MustCompile(`^v1\.\d+\.\d+(-rc\d+)?\+k3s\d+$`)

var version = sync.OnceValue(func() string {
	f, err := os.Open("/proc/self/exe")
	if err != nil {
		return defaultVersion
	}
	defer f.Close()
	text, _, err := readStamp(f)
	if err != nil || text == "" {
		return defaultVersion
	}
	return text
})

// readStamp returns the version and the size of the file without its trailer.
func readStamp(f *os.File) (string, int64, error) {
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	tail := make([]byte, len(stampMark)+4)
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return "", 0, err
	}
	if !bytes.Equal(tail[4:], stampMark) {
		return "", info.Size(), nil
	}
	length := int64(binary.BigEndian.Uint32(tail))
	if length > maxVersion {
		return "", 0, errors.New("version trailer is damaged")
	}
	text := make([]byte, length)
	start := info.Size() - int64(len(tail)) - length
	if _, err := f.ReadAt(text, start); err != nil {
		return "", 0, err
	}
	return string(text), start, nil
}

func stampCommand(args []string) error {
	flags := flag.NewFlagSet("stamp", flag.ExitOnError)
	wanted := flags.String("version", "", "version of the copy, such as v1.36.4+k3s1")
	_ = flags.Parse(args)
	if flags.NArg() != 2 || !versionFormat.MatchString(*wanted) {
		return errors.New("usage: k3s stamp --version vX.Y.Z+k3sN IN OUT")
	}
	return stamp(*wanted, flags.Arg(0), flags.Arg(1))
}

func stamp(wanted, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	_, size, err := readStamp(in)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0755)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.CopyN(out, in, size); err != nil {
		return err
	}
	trailer := binary.BigEndian.AppendUint32([]byte(wanted), uint32(len(wanted)))
	if _, err := out.Write(append(trailer, stampMark...)); err != nil {
		return err
	}
	return out.Close()
}

// releaseHash names the directory under data/ that this file unpacks to. Both ends of the file are enough: they hold build id and version.
func releaseHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	const end = 1 << 16
	sum := sha256.New()
	fmt.Fprintln(sum, info.Size())
	for _, from := range []int64{0, max(0, info.Size()-end)} {
		if _, err := io.Copy(sum, io.NewSectionReader(f, from, end)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
