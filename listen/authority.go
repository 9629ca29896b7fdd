package listen

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Files of the local authority, in its folder.
const (
	authorityFile = "ca.pem"
	keyFile       = "ca-key.pem" // readable by nobody else
	lockFile      = "ca.lock"
)

// authorityYears is how long an authority is valid.
const authorityYears = 10

// An Authority signs certificates for this machine's own names. It is made once,
// so that it has to be trusted once; it can sign for nothing but localhost and
// the loopback addresses, so that trusting it gives nobody else anything.
type Authority struct {
	Path        string // of its certificate, to be trusted
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// OpenAuthority reads the authority in a folder, or makes one there: when there is
// none, or it has expired. Files that are something else are left alone, and are
// an error.
func OpenAuthority(dir string) (*Authority, error) {
	a, err := readAuthority(dir)
	if a.valid() || err != nil && !errors.Is(err, os.ErrNotExist) {
		return a, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the local certificate authority: %w", err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, fmt.Errorf("make the local certificate authority: %w", err)
	}
	defer unlock()
	// Somebody else may have made it meanwhile.
	a, err = readAuthority(dir)
	if a.valid() || err != nil && !errors.Is(err, os.ErrNotExist) {
		return a, err
	}
	if err := makeAuthority(dir, time.Now()); err != nil {
		return nil, fmt.Errorf("make the local certificate authority: %w", err)
	}
	return readAuthority(dir)
}

// lockPatience is how long another process is waited for that makes an authority.
const lockPatience = 10 * time.Second

func lock(dir string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), lockPatience)
	defer cancel()
	l := flock.New(filepath.Join(dir, lockFile))
	if _, err := l.TryLockContext(ctx, 10*time.Millisecond); err != nil {
		return nil, fmt.Errorf("lock %s: %w", l.Path(), err)
	}
	return func() { _ = l.Unlock() }, nil
}

func (a *Authority) valid() bool { return a != nil && time.Now().Before(a.certificate.NotAfter) }

// readAuthority reads the files. The error is os.ErrNotExist when one is missing.
func readAuthority(dir string) (*Authority, error) {
	path, keyPath := filepath.Join(dir, authorityFile), filepath.Join(dir, keyFile)
	pair, err := tls.LoadX509KeyPair(path, keyPath)
	var unreadable *fs.PathError
	if errors.As(err, &unreadable) {
		return nil, fmt.Errorf("read the local certificate authority: %w", err)
	}
	unusable := func(reason any) error {
		return fmt.Errorf("read the local certificate authority, %s and %s: %v; remove both to have it made anew", path, keyPath, reason)
	}
	if err != nil {
		return nil, unusable(err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, unusable("they are of another kind")
	}
	if err := os.Chmod(keyPath, 0o600); err != nil {
		return nil, unusable(err)
	}
	return &Authority{path, pair.Leaf, key}, nil
}

func loopback() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
}

// makeAuthority writes an authority's files, the certificate last.
func makeAuthority(dir string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "electric on this machine"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(authorityYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{"localhost"}, PermittedIPRanges: loopback(),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(dir, keyFile), "PRIVATE KEY", private, 0o600); err != nil {
		return err
	}
	return writePEM(filepath.Join(dir, authorityFile), "CERTIFICATE", der, 0o644)
}

// writePEM writes a file as a whole: it is the old one until it is complete.
func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return n
}
