package realkafka

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// UnpackAll unpacks each archive in dir there, and removes it.
func unpackAll(dir string) error {
	archives, err := filepath.Glob(filepath.Join(dir, "*.tar.gz"))
	for _, name := range archives {
		if err == nil {
			err = unpack(name, dir)
		}
		if err == nil {
			err = os.Remove(name)
		}
	}
	return err
}

func unpack(name, dir string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // nothing is written outside
	if err != nil {
		return err
	}
	defer root.Close()
	for in := tar.NewReader(unzipped); ; {
		entry, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := write(root, entry, in); err != nil {
			return err
		}
	}
}

func write(root *os.Root, entry *tar.Header, in io.Reader) error {
	name := filepath.Clean(entry.Name)
	switch entry.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o755)
	case tar.TypeReg:
	default:
		return nil // links, of which there are none
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	out, err := root.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
