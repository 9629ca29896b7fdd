package main

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"
)

// runElectric runs the user's own Electric.
func (d *dev) runElectric(ctx context.Context, group *errgroup.Group) error {
	return outside(errors.New("not yet"))
}
