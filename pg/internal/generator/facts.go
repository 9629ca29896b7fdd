package generator

import "context"

func (g *generator) facts(ctx context.Context) error      { return nil }
func (g *generator) extensions(ctx context.Context) error { return nil }
