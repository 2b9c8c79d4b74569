module billing/try

go 1.24
