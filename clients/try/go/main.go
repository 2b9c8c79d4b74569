// The flow of the README through what oapi-codegen makes (package api).
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"billing/try/api"

	"github.com/oapi-codegen/runtime/types"
)

func must(ok bool, what string, body []byte) {
	if !ok {
		fmt.Fprintf(os.Stderr, "%s: %s\n", what, body)
		os.Exit(1)
	}
}

func main() {
	ctx := context.Background()
	client, err := api.NewClientWithResponses(os.Getenv("BILLING_URL"))
	must(err == nil, "client", nil)
	email := fmt.Sprintf("go-%d@example.com", time.Now().UnixNano())
	user, err := client.CreateUserWithResponse(ctx, nil, api.NewUser{Email: types.Email(email)})
	must(err == nil && user.JSON201 != nil, "user", user.Body)
	id := user.JSON201.Id
	subscribed, err := client.CreateSubscriptionWithResponse(ctx, nil, api.NewSubscription{UserId: id, PlanCode: "pro"})
	must(err == nil && subscribed.JSON201 != nil, "subscription", subscribed.Body)
	used, err := client.RecordUsageWithResponse(ctx, nil, api.NewUsageEvent{UserId: id, Metric: "api_calls", Quantity: 120000})
	must(err == nil && used.JSON201 != nil, "usage", used.Body)
	made, err := client.GenerateInvoiceWithResponse(ctx, id, nil)
	must(err == nil && made.JSON201 != nil && made.JSON201.AmountCents == 6900, "generate", made.Body)
	invoice, err := client.GetInvoiceWithResponse(ctx, id, made.JSON201.Id)
	must(err == nil && invoice.JSON200 != nil && len(invoice.JSON200.Lines) == 2, "invoice", invoice.Body)
	line, err := invoice.JSON200.Lines[1].ValueByDiscriminator()
	usage, is := line.(api.UsageLine)
	must(err == nil && is && usage.Explanation.Billable == 20000, "line", invoice.Body)
	listed, err := client.ListUsersWithResponse(ctx, &api.ListUsersParams{Ids: &[]api.Id{id, id}})
	must(err == nil && listed.JSON200 != nil && len(*listed.JSON200) == 1, "ids", listed.Body)
	var charge api.NewCharge
	must(charge.FromNewPerUnitCharge(api.NewPerUnitCharge{Metric: "m", UnitPrice: "1"}) == nil, "charge", nil)
	plan, err := client.CreatePlanWithResponse(ctx, nil, api.NewPlan{Code: fmt.Sprint("try-", time.Now().UnixNano()), AmountCents: 1, Charges: &[]api.NewCharge{charge}})
	must(err == nil && plan.JSON201 != nil, "plan", plan.Body)
}
