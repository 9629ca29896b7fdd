package listen

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func open(t *testing.T, dir string) *Authority {
	t.Helper()
	a, err := OpenAuthority(dir)
	require.NoError(t, err)
	return a
}

// An authority is made once, and its key is its owner's alone.
func TestAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config", "electric")
	first := open(t, dir)
	require.Equal(t, filepath.Join(dir, "ca.pem"), first.Path)
	require.Equal(t, first.certificate.Raw, open(t, dir).certificate.Raw)
	require.WithinDuration(t, time.Now().AddDate(10, 0, 0), first.certificate.NotAfter, time.Minute)
	if runtime.GOOS == "windows" {
		return
	}
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	require.Equal(t, os.FileMode(0o700), mode(dir))
	require.Equal(t, os.FileMode(0o644), mode(first.Path))
	require.Equal(t, os.FileMode(0o600), mode(filepath.Join(dir, "ca-key.pem")))
	require.NoError(t, os.Chmod(filepath.Join(dir, "ca-key.pem"), 0o644))
	open(t, dir)
	require.Equal(t, os.FileMode(0o600), mode(filepath.Join(dir, "ca-key.pem")))
	require.ElementsMatch(t, []string{"ca.pem", "ca-key.pem", "ca.lock"}, names(t, dir), "nothing else is left")
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// Several servers that start for the first time at once agree on one authority.
func TestAuthorityAtOnce(t *testing.T) {
	dir := t.TempDir()
	found := make([]*Authority, 16)
	var group sync.WaitGroup
	for i := range found {
		group.Go(func() {
			a, err := OpenAuthority(dir)
			if err == nil {
				found[i] = a
			}
		})
	}
	group.Wait()
	for _, a := range found {
		require.NotNil(t, a)
		require.Equal(t, found[0].certificate.Raw, a.certificate.Raw)
	}
}

// What the authority signs is accepted for this machine's own names, and for no
// other, whatever a thief of the key writes.
func TestAuthorityIsConstrained(t *testing.T) {
	a := open(t, t.TempDir())
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate)
	require.True(t, a.certificate.PermittedDNSDomainsCritical)
	for _, row := range []struct {
		name     string
		dns      []string
		ips      []net.IP
		ca       bool
		accepted bool
	}{
		{"localhost", []string{"localhost"}, nil, false, true},
		{"app.localhost", []string{"*.localhost"}, nil, false, true},
		{"127.0.0.1", nil, []net.IP{net.IPv4(127, 0, 0, 1)}, false, true},
		{"::1", nil, []net.IP{net.IPv6loopback}, false, true},
		{"example.com", []string{"example.com"}, nil, false, false},
		{"notlocalhost", []string{"notlocalhost"}, nil, false, false},
		{"10.0.0.1", nil, []net.IP{net.IPv4(10, 0, 0, 1)}, false, false},
		{"localhost", []string{"localhost", "example.com"}, nil, false, false},
	} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		der, err := a.sign(&x509.Certificate{
			SerialNumber: serial(), Subject: pkix.Name{CommonName: row.name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			DNSNames: row.dns, IPAddresses: row.ips, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}, &key.PublicKey)
		require.NoError(t, err)
		certificate, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		_, err = certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: row.name})
		require.Equal(t, row.accepted, err == nil, "%s: %v", row.name, err)
	}
}

// The certificate of a run.
func TestCertificate(t *testing.T) {
	a := open(t, t.TempDir())
	config, err := a.config()
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate)
	certificate, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
	require.NoError(t, err)
	for _, name := range []string{"localhost", "shop.localhost", "127.0.0.1", "::1"} {
		_, err := certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
		require.NoError(t, err, name)
	}
	again, err := a.config()
	require.NoError(t, err)
	require.NotEqual(t, config.Certificates[0].Certificate, again.Certificates[0].Certificate)
}

// Files that are something else are told of, and left alone.
func TestAuthorityUnusable(t *testing.T) {
	other := t.TempDir()
	open(t, other)
	leaf := func(t *testing.T, dir string) {
		a := open(t, other)
		der, err := a.sign(&x509.Certificate{SerialNumber: serial(), NotAfter: time.Now().Add(time.Hour)}, &a.key.PublicKey)
		require.NoError(t, err)
		require.NoError(t, writePEM(filepath.Join(dir, authorityFile), "CERTIFICATE", der, 0o644))
		key, err := os.ReadFile(filepath.Join(other, keyFile))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, keyFile), key, 0o600))
	}
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"no PEM": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, authorityFile), []byte("x"), 0o644))
		},
		"empty":      func(t *testing.T, dir string) { require.NoError(t, os.Truncate(filepath.Join(dir, authorityFile), 0)) },
		"half a key": func(t *testing.T, dir string) { require.NoError(t, os.Truncate(filepath.Join(dir, keyFile), 100)) },
		"another's": func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(open(t, t.TempDir()).Path), filepath.Join(dir, authorityFile)))
		},
		"no authority": leaf,
		"no certificate": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, authorityFile), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), 0o644))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir)
			spoil(t, dir)
			before, err := os.ReadFile(filepath.Join(dir, authorityFile))
			require.NoError(t, err)
			_, err = OpenAuthority(dir)
			require.ErrorContains(t, err, "read the local certificate authority, "+filepath.Join(dir, "ca.pem")+" and "+filepath.Join(dir, "ca-key.pem")+": ")
			require.ErrorContains(t, err, "; remove both to have it made anew")
			after, err := os.ReadFile(filepath.Join(dir, authorityFile))
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
}

// One that has expired, or of which a file is missing, is made anew.
func TestAuthorityMadeAnew(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, makeAuthority(dir, time.Now().AddDate(-authorityYears, 0, -1)))
	before, err := os.ReadFile(filepath.Join(dir, authorityFile))
	require.NoError(t, err)
	a := open(t, dir)
	require.True(t, a.valid())
	after, err := os.ReadFile(filepath.Join(dir, authorityFile))
	require.NoError(t, err)
	require.NotEqual(t, before, after)
	for _, name := range []string{authorityFile, keyFile} {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
		anew := open(t, dir)
		require.NotEqual(t, a.certificate.Raw, anew.certificate.Raw)
		a = anew
	}
}

// A folder that cannot be read is an error.
func TestAuthorityWithoutFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err := OpenAuthority(filepath.Join(path, "electric"))
	require.ErrorContains(t, err, "the local certificate authority: open ")
}
