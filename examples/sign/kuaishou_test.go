package main

import "testing"

func TestKuaishou(t *testing.T) {
	t.Parallel()
	matches(t, []signed{
		{"kuaishou", "0123456789abcdef0123456789abcdef", "V0fVBPwjVDLU1g6NUxj6K8ZdkFESt4VjfMEh1wefdhs=",
			[]string{"-scheme", "kuaishou", "-app-key", "ks600000000000000001", "-method", "open.order.detail", "-timestamp", "1790000000000",
				"-params", `{"access_token":"ChFvYXV0aC5hY2Nlc3NUb2tlbg_TEST-token","version":"1","param":{"oid":2500000000000001}}`}},
	})
}
