package webhook

import (
	"errors"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// Doudian sends to two kinds of URL: pushes (消息推送) tell what happened, SPI calls
// ask a question. Sources of the facts in the files of this platform:
// zsmhub/doudian-sdk:message/*.go and
// core/doudian_op_spi_client.go; fudiwei/DotNetCore.SKIT.FlurlHttpClient.ByteDance;
// minibear2021/doudian:examples.py; renhonghai/doudian-sdk:src/Constants.

// ddKeys prepares the secrets of an app. name is that of the verifier.
func ddKeys(name, appKey string, secrets []mall.Secret) ([]*signing.Key, error) {
	return secretsOf(name, appKey, "Secrets", secrets, signing.NewKey)
}

// ddForged says why a signature was not accepted. What cannot be read cannot be
// shown to be genuine either.
func ddForged(err error) error {
	if errors.Is(err, signing.ErrMalformed) {
		return forged("what should be signed is not JSON")
	}
	return forged("the signature was not made with a secret of this app for these bytes")
}
