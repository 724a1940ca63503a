package doudian_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
)

func TestIdleShopsAreSmall(t *testing.T) {
	app, err := doudian.New(doudian.Config{AppKey: "1", AppSecret: "s"})
	require.NoError(t, err)
	drivertest.IdleShopsAreSmall(t, app)
}
