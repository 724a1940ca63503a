package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/long"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

// asProgram is the environment variable that makes the test binary be the
// program, so that it can be killed.
const asProgram = "ORDERSYNC_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	goleak.VerifyTestMain(m)
}

// start runs the program with arguments and an environment of its own.
func start(ctx context.Context, environ map[string]string, stdout io.Writer, args ...string) (code int, stderr string) {
	var err bytes.Buffer
	code = cli.Run(ctx, run, cli.Env{Args: args, Stdout: stdout, Stderr: &err, Getenv: func(k string) string { return environ[k] }})
	return code, err.String()
}

// parse reads what was printed; a line cut off by a kill is no line.
func parse(t *testing.T, text []byte) (lines []line) {
	t.Helper()
	for part := range bytes.Lines(text) {
		if !bytes.HasSuffix(part, []byte("\n")) {
			break
		}
		var l line
		require.NoError(t, json.Unmarshal(part, &l), "%s", part)
		lines = append(lines, l)
	}
	return lines
}

func TestOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	code, stderr := start(t.Context(), nil, &out, "-once")
	require.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr, "no progress line where there is no terminal")
	seen, orders := map[line]bool{}, map[mall.Platform]int{}
	for _, l := range parse(t, out.Bytes()) {
		orders[l.Platform]++
		assert.NotEmpty(t, l.ShopID)
		assert.NotEmpty(t, l.Status)
		assert.False(t, l.Version.IsZero())
		assert.False(t, seen[l], "each version once")
		seen[l] = true
	}
	want := map[mall.Platform]int{}
	for _, shop := range sandbox.New().Shops() {
		want[shop.Platform] += shop.Orders
	}
	assert.Len(t, want, len(platforms.All()))
	assert.Equal(t, want, orders)
	assert.Contains(t, out.String(), `"changed":"`, "a SKU that a platform exchanged")
}

// TestFollows runs until it is interrupted, while orders come in.
func TestFollows(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	code := make(chan int, 1)
	go func() {
		c, _ := start(ctx, nil, stdout, "-interval", "100ms", "-state", t.TempDir())
		_ = stdout.Close()
		code <- c
	}()
	lines := bufio.NewScanner(out)
	begin := 0
	for _, shop := range sandbox.New().Shops() {
		begin += shop.Orders
	}
	for range begin + 3 { // those of the beginning and some that came later
		require.True(t, lines.Scan())
	}
	interrupt()
	for lines.Scan() { // what was under way
	}
	assert.Equal(t, 0, <-code)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, c := range map[string]struct {
		args    []string
		environ map[string]string
	}{
		"platform":          {args: []string{"-platform", "taobao"}},
		"flag":              {args: []string{"-bogus"}},
		"argument":          {args: []string{"extra"}},
		"days":              {args: []string{"-days", "90"}},
		"interval":          {args: []string{"-interval", "0s"}},
		"lag":               {args: []string{"-lag", "-1s"}},
		"state is a file":   {args: []string{"-once", "-state", file}},
		"no secret":         {environ: map[string]string{"MALL_DOUDIAN_APP_KEY": "1"}},
		"no gateway's form": {environ: map[string]string{"MALL_DOUDIAN_APP_KEY": "1", "MALL_DOUDIAN_APP_SECRET": "s", "MALL_DOUDIAN_SHOP_ID": "1", "MALL_DOUDIAN_GATEWAY": "x"}},
	} {
		var out bytes.Buffer
		code, stderr := start(t.Context(), c.environ, &out, c.args...)
		assert.Equal(t, 2, code, name)
		assert.Empty(t, out.String(), name)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), "%s: %s", name, stderr)
	}
}

// failing is an output that is gone.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAnOutputThatIsGoneEndsIt(t *testing.T) {
	t.Parallel()
	code, stderr := start(t.Context(), nil, failing{}, "-state", t.TempDir())
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "打印订单")
}

// TestKilled kills the program with SIGKILL again and again while it follows a
// shop whose orders change, and shows that all lives together printed every
// version.
func TestKilled(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	for _, p := range platforms.All() {
		t.Run(string(p.Name), func(t *testing.T) {
			t.Parallel()
			killed(t, program, p)
		})
	}
}

func killed(t *testing.T, program string, p platforms.Platform) {
	box := sandbox.New(sandbox.WithoutExamples())
	shop, err := box.On(p.Name).AddShop("10000001", "shop")
	require.NoError(t, err)
	server := httptest.NewServer(box)
	defer server.Close()
	orders := long.Or(500, 120)
	ids := make([]string, orders)
	const span = 20 * 24 * time.Hour
	begin := time.Now().Add(-span)
	for i := range ids {
		placed := platforms.Story{Status: order.StatusToShip, At: begin.Add(time.Duration(i) * span / time.Duration(orders))}
		ids[i], err = box.On(p.Name).AddOrder(shop.ShopID, p.Sandbox.Order(placed))
		require.NoError(t, err)
	}
	_, err = box.Arm(sandbox.Fault{Kind: sandbox.FaultDelay, Method: p.Sandbox.Lists, DelayMS: 30, Times: -1})
	require.NoError(t, err)
	accounts, _ := p.Accounts(box.Manifest(server.URL))
	args := []string{"-state", filepath.Join(t.TempDir(), "state"), "-lag", "100ms", "-interval", "100ms"}
	environ := append(os.Environ(), asProgram+"=1")
	for name, value := range accounts[0].Environ() {
		environ = append(environ, name+"="+value)
	}
	life := func(killAfter int, args ...string) []line {
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = environ
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		require.NoError(t, cmd.Start())
		var text bytes.Buffer
		for r := bufio.NewReader(stdout); ; {
			part, err := r.ReadBytes('\n')
			text.Write(part)
			if killAfter--; killAfter == 0 {
				assert.NoError(t, cmd.Process.Kill())
			}
			if err != nil {
				break
			}
		}
		if err := cmd.Wait(); killAfter > 0 {
			require.NoError(t, err, stderr.String())
		}
		return parse(t, text.Bytes())
	}

	printed := map[line]int{}
	total, lives := 0, 0
	for _, killAfter := range long.Or([]int{1, 20, 77, 60, 130, 200, 3, 40}, []int{1, 40, 30}) {
		for _, l := range life(killAfter, args...) {
			printed[l]++
			total++
		}
		lives++
		for i := range 5 { // the world goes on
			at := ids[(lives*31+i*97)%orders]
			require.NoError(t, box.On(p.Name).UpdateOrder(at, p.Sandbox.Order(platforms.Story{Remark: time.Now().String()})))
		}
	}
	time.Sleep(1200 * time.Millisecond) // until the second of the last changes is older than the lag
	last := life(1_000_000, append(args, "-once")...)
	for _, l := range last {
		printed[l]++
		total++
	}

	fast := client.Rate{PerSecond: 1e6, Burst: 1e6}
	accounts[0].Rates = client.Rates{App: fast, Shop: fast}
	readers, err := platforms.Shops(t.Context(), accounts, client.WithTransport(server.Client().Transport))
	require.NoError(t, err)
	box.ClearFaults()
	for _, id := range ids {
		o, err := readers[0].Orders.Get(t.Context(), id)
		require.NoError(t, err)
		want := lineOf(o, o.Version())
		assert.Positive(t, printed[want], "%v was never printed", want)
	}
	assert.Less(t, total, (lives+1)*orders/2, "each life went on where the one before had come to")
	assert.Less(t, len(last), orders, "the last life did not begin anew")
}
