package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// revisionSide is the folder of migrations in the revision of that name. What is named exists nowhere else.
func (a *app) revisionSide(ctx context.Context, c config.Config, name string) (*side, error) {
	missing := diag.Errorf(diag.WholeFile(filepath.ToSlash(name)), "no-such-file", "is no file or folder here, nor a revision that git knows")
	missing.Hint = "Name a folder, a bundle, a git revision, REV:PATH or a postgres:// URL."
	if from, to, ok := strings.Cut(name, ".."); ok && from != "" && to != "" {
		missing.Hint = fmt.Sprintf("Two revisions are two arguments: %s %s.", from, strings.TrimPrefix(to, "."))
	}
	top, err := git(ctx, "", "rev-parse", "--show-toplevel")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, outside(fmt.Errorf("%s is no file or folder here, and git, which may know it as a revision, is not installed", name))
	case err != nil:
		missing.Message = "is no file or folder here, and without a git repository it is no revision either"
		return nil, a.refuse(missing)
	}
	if _, err := commitOf(ctx, strings.TrimSpace(string(top)), name); err != nil {
		return nil, a.refuse(missing)
	}
	return a.gitSide(ctx, c, name, "")
}

// refuse ends a command because of what it was given.
func (a *app) refuse(ds ...diag.Diagnostic) error {
	return errors.Join(a.report(ds, nil), wrongInput())
}

// commitOf gives the commit that a revision names.
func commitOf(ctx context.Context, top, rev string) (string, error) {
	commit, err := git(ctx, top, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	return strings.TrimSpace(string(commit)), err
}

// gitSide reads a folder or a bundle of a git revision, without a path the folder of migrations. As with git itself,
// a path begins at the repository's root, or at the working directory when it begins with a dot.
func (a *app) gitSide(ctx context.Context, c config.Config, rev, file string) (*side, error) {
	top, err := git(ctx, "", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, outside(err)
	}
	g := gitTree{top: strings.TrimSpace(string(top)), rev: rev}
	if g.path, err = g.resolve(ctx, c, file); err != nil {
		return nil, err
	}
	if g.commit, err = commitOf(ctx, g.top, rev); err != nil {
		d := diag.Errorf(diag.WholeFile(rev), "no-such-revision", "git knows no such revision here")
		d.Hint = "Name a branch, a tag or a commit; in CI, check out with the whole history (fetch-depth: 0)."
		return nil, a.refuse(d)
	}
	kind, err := git(ctx, g.top, "cat-file", "-t", g.commit+":"+g.path)
	switch {
	case err != nil:
		d := diag.Errorf(diag.WholeFile(g.label()), "no-such-file", "does not exist in that revision")
		d.Hint = "Name another folder of it as " + rev + ":PATH."
		return nil, a.refuse(d)
	case strings.TrimSpace(string(kind)) == "blob":
		data, err := git(ctx, g.top, "cat-file", "blob", g.commit+":"+g.path)
		if err != nil {
			return nil, outside(err)
		}
		return bundleSide(data, g.label())
	}
	return a.gitFolder(ctx, c, &g)
}

// A gitTree is something in a revision.
type gitTree struct{ top, rev, commit, path string }

func (g *gitTree) label() string { return g.rev + ":" + g.path }

// resolve makes a path one from the repository's root.
func (g *gitTree) resolve(ctx context.Context, c config.Config, file string) (string, error) {
	if file == "" {
		file = "./" + filepath.ToSlash(c.Migrations)
	}
	if strings.HasPrefix(file, ".") {
		prefix, err := git(ctx, "", "rev-parse", "--show-prefix")
		if err != nil {
			return "", outside(err)
		}
		file = path.Join(strings.TrimSpace(string(prefix)), file)
	}
	file = path.Clean(file)
	if path.IsAbs(file) || file == ".." || strings.HasPrefix(file, "../") {
		return "", failure{exitInput, fmt.Errorf("%s is outside of the repository", file)}
	}
	return file, nil
}

// gitFolder compiles a folder of a revision, from a copy that is gone afterwards. Diagnostics name its files as git does.
func (a *app) gitFolder(ctx context.Context, c config.Config, g *gitTree) (*side, error) {
	dir, err := os.MkdirTemp("", "electric-diff-")
	if err != nil {
		return nil, outside(err)
	}
	defer os.RemoveAll(dir)
	archive, err := git(ctx, g.top, "archive", "--format=tar", g.commit, "--", g.path)
	if err != nil {
		return nil, outside(err)
	}
	if err := unpack(archive, dir); err != nil {
		return nil, outside(fmt.Errorf("unpack %s: %w", g.label(), err))
	}
	in := source.Read([]string{filepath.Join(dir, filepath.FromSlash(g.path))}, source.Options{
		Unmarked: c.Unmarked, WorkingDir: dir, Setup: c.Setup, // like the other settings, the setup is today's
	})
	migrations, setup := in.Migrations(), in.Setup()
	r := relabel{strings.NewReplacer(filepath.ToSlash(dir)+"/", g.rev+":", dir+string(filepath.Separator), g.rev+":")}
	r.migrations(migrations)
	return a.compileSide(setup, migrations, r.diagnostics(in.Diagnostics), r.texts(in.Texts), g.label())
}

// unpack writes a tar archive's files into a folder.
func unpack(archive []byte, dir string) error {
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) {
			continue // folders come with their files; links are not followed
		}
		data, err := io.ReadAll(io.LimitReader(r, source.MaxFileSize+1))
		if err != nil {
			return err
		}
		file := filepath.Join(dir, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return err
		}
	}
}

// A relabel gives files of the copy the names they have in git.
type relabel struct{ names *strings.Replacer }

func (r relabel) migrations(list []source.Migration) {
	seen := map[*source.File]bool{}
	name := func(f *source.File) {
		if f != nil && !seen[f] {
			seen[f] = true
			f.Path = r.names.Replace(f.Path)
		}
	}
	for _, m := range list {
		name(m.File)
		for _, f := range m.Includes {
			name(f)
		}
		for _, s := range m.Sections {
			name(s.File)
		}
	}
}

func (r relabel) diagnostics(list []diag.Diagnostic) []diag.Diagnostic {
	for i := range list {
		d := &list[i]
		d.Message, d.Detail, d.Hint = r.names.Replace(d.Message), r.names.Replace(d.Detail), r.names.Replace(d.Hint)
		d.Span.File = r.names.Replace(d.Span.File)
		for j := range d.Related {
			d.Related[j].Span.File = r.names.Replace(d.Related[j].Span.File)
			d.Related[j].Message = r.names.Replace(d.Related[j].Message)
		}
	}
	return list
}

func (r relabel) texts(texts diag.Texts) diag.Texts {
	named := diag.Texts{}
	for file, text := range texts {
		named[r.names.Replace(file)] = text
	}
	return named
}

// git runs git and gives what it says.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		if said := strings.TrimSpace(problem.String()); said != "" {
			err = errors.New(said)
		}
		if errors.Is(err, exec.ErrNotFound) {
			err = fmt.Errorf("it is not installed: %w", err)
		}
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}
