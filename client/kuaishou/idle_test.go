package kuaishou_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
)

func TestIdleShopsAreSmall(t *testing.T) {
	app, err := kuaishou.New(kuaishou.Config{AppKey: "ks1", AppSecret: "a", SignSecret: "s"})
	require.NoError(t, err)
	drivertest.IdleShopsAreSmall(t, app)
}
