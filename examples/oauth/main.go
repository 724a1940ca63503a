// Oauth obtains a shop's tokens and keeps them in files.
//
//	go run ./examples/oauth                    plays both sides, in the sandbox
//	go run ./examples/oauth -platform doudian  chooses the platform
//	go run ./examples/oauth -tokens ./tokens   with the platform's variables set: the real thing
//	go run ./examples/oauth -self              for a self-used app (自用型): no browser
//
// With the variables of the platform in the environment, which -h lists, it
// prints the address where the merchant grants access, and waits for the browser
// to come back to http://ADDR/callback, which must be the address set on the
// platform's console. A platform that takes only https addresses to come back to
// is given -redirect, the address that leads to ADDR.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
)

func main() { cli.Main(run) }

func run(ctx context.Context, env cli.Env) error {
	flags := env.Flags("oauth", "取得店铺授权，把令牌存入文件。")
	platform := env.PlatformFlag(flags, false, platforms.ForGrant|platforms.ForSelf)
	addr := flags.String("addr", "127.0.0.1:0", "等待商家浏览器回调的本机地址")
	dir := flags.String("tokens", "tokens", "存放令牌文件的目录")
	redirect := flags.String("redirect", "", "平台让浏览器回到的地址；不设置则为 http://ADDR/callback")
	self := flags.Bool("self", false, "自用型应用：不经浏览器，直接申请环境变量所指店铺的令牌")
	if err := env.Parse(flags); err != nil {
		return err
	}
	p, use := platform.One(), platforms.ForGrant
	if *self {
		if use = platforms.ForSelf; !p.SelfUse {
			return cli.Usagef("-self：%s没有自用型应用", p.Title)
		}
	}
	account, onPlatform, err := env.Account(p, use)
	if err != nil {
		return err
	}
	var box *cli.Sandbox
	if !onPlatform {
		if box, err = cli.OpenSandbox(); err != nil {
			return err
		}
		defer box.Close()
		accounts, _ := box.Accounts(p)
		// The tokens are what is asked for.
		account = accounts[0].With(map[string]string{platforms.AccessToken: "", platforms.RefreshToken: ""})
	}
	store, err := client.NewFileTokens(*dir)
	if err != nil {
		return cli.Usagef("-tokens %s：%s", *dir, cli.Say(err))
	}
	app, err := cli.App(account, client.WithTokenStore(store))
	if err != nil {
		return err
	}
	var token client.Token
	if *self {
		token, err = app.SelfGrant(ctx, account.ShopID())
	} else {
		token, err = browse(ctx, app, *addr, *redirect, box, account.ShopID(), env.Stdout)
	}
	if err != nil {
		return cli.Explain(account, err)
	}
	fmt.Fprintf(env.Stdout, "店铺 %s %s 已授权，令牌保存在 %s，有效至 %s\n",
		token.ShopID, token.ShopName, *dir, token.Expires.In(mall.Beijing).Format(time.DateTime))
	return nil
}

// browse shows the merchant where to go and waits for the browser to return.
// With a sandbox, the merchant agrees at once.
func browse(
	ctx context.Context, app *client.App, addr, redirect string, box *cli.Sandbox, shopID string, stdout io.Writer,
) (client.Token, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return client.Token{}, cli.Usagef("-addr %s 无法监听：%v", addr, err)
	}
	back := &callback{app: app, state: rand.Text(), granted: make(chan client.Token, 1)}
	server := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second}
	defer server.Close()
	go server.Serve(listener)

	here := "http://" + listener.Addr().String() + "/callback"
	page, err := app.AuthorizeURL(cmp.Or(redirect, here), back.state)
	if err != nil {
		return client.Token{}, err
	}
	fmt.Fprintf(stdout, "请商家在浏览器中打开：%s\n等待回调：%s\n", page, here)
	if box != nil {
		if err := agree(ctx, app, box, shopID, here, back.state); err != nil {
			return client.Token{}, err
		}
	}
	select {
	case token := <-back.granted:
		return token, nil
	case <-ctx.Done():
		return client.Token{}, context.Cause(ctx)
	}
}

// callback is where the platform sends the merchant's browser.
type callback struct {
	app     *client.App
	state   string
	granted chan client.Token
}

func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case r.URL.Path != "/callback":
		http.NotFound(w, r)
		return
	case subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(c.state)) != 1:
		http.Error(w, "这不是本次授权的回调", http.StatusBadRequest)
		return
	}
	// The code works once: finish even if the browser leaves.
	token, err := c.app.Exchange(context.WithoutCancel(r.Context()), q.Get("code"))
	if err != nil {
		http.Error(w, "授权失败，请重新发起授权："+cli.Say(err), http.StatusBadGateway)
		return
	}
	fmt.Fprintln(w, "授权成功，可以关闭此页面。")
	select {
	case c.granted <- token:
	default: // a second browser
	}
}

// agree is a merchant in the sandbox who clicks "yes".
func agree(ctx context.Context, app *client.App, box *cli.Sandbox, shopID, redirect, state string) error {
	code, err := box.On(app.Platform()).IssueCode(shopID)
	if err != nil {
		return err
	}
	back := redirect + "?" + url.Values{"code": {code}, "state": {state}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, back, nil)
	if err != nil {
		return err
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return errors.New("回调返回 " + reply.Status)
	}
	return nil
}
