// Package signingtest runs known cases of the platforms' signatures against
// package signing. A case is a [Vector]; files of them are in signing/testdata,
// and a file of your own shows whether this module and another implementation
// agree:
//
//	var vectors []signingtest.Vector
//	if err := json.Unmarshal(file, &vectors); err != nil {
//		return err
//	}
//	for _, v := range vectors {
//		if got, want, ok := v.Run(); !ok {
//			fmt.Println(v.ID, "got", got, "want", want)
//		}
//	}
package signingtest
