import billing.api.*;
import billing.invoker.ApiClient;
import billing.model.*;
import java.util.*;

/** The flow of the README through what openapi-generator makes for Java; model.* and java.util.* side by side. */
public class Flow {
    static void must(boolean holds, Object what) {
        if (!holds) throw new AssertionError(what);
    }

    public static void main(String[] arguments) throws Exception {
        var client = new ApiClient();
        client.updateBaseUri(System.getenv("BILLING_URL"));
        var stamp = System.nanoTime();
        var users = new UsersApi(client);
        var user = users.createUser(new NewUser().email("java-" + stamp + "@example.com"), null);
        new SubscriptionsApi(client).createSubscription(new NewSubscription().userId(user.getId()).planCode("pro"), null);
        var usage = new UsageApi(client);
        usage.recordUsage(new NewUsageEvent().userId(user.getId()).metric("api_calls").quantity(120000L), null);
        usage.recordUsage(new NewUsageEvent().userId(user.getId()).metric("java_bytes").quantity(3_000_000_000L), null);
        var invoices = new InvoicesApi(client);
        var made = invoices.generateInvoice(user.getId(), null);
        must(made.getAmountCents() == 6900, made);
        var invoice = invoices.getInvoice(user.getId(), made.getId());
        var base = (BaseLine) invoice.getLines().get(0).getActualInstance();
        must(base.getExplanation().getDays().equals(base.getExplanation().getOfDays()), base);
        var line = (UsageLine) invoice.getLines().get(1).getActualInstance();
        must(line.getExplanation().getBillable() == 20000L, line);
        must(users.listUsers(null, null, null, List.of(user.getId(), user.getId()), null, null, null).size() == 1, "ids");
        must(new OperationsApi(client).getUsageTotals("java_bytes", null, null, null).get(0).getQuantity() >= 3_000_000_000L, "more than 32 bits");
        var charge = new NewCharge(new NewPerUnitCharge().metric("m").model(NewPerUnitCharge.ModelEnum.PER_UNIT).unitPrice("1"));
        new PlansApi(client).createPlan(new NewPlan().code("try-" + stamp).amountCents(1L).charges(List.of(charge)), null);
    }
}
