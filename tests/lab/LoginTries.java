import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;
import org.naap.kafka.UsersFileCallbackHandler;

/** Asks the brokers' class as a broker does at a login: a line "user password" in, "login true" or "login false" out. */
public final class LoginTries {
    public static void main(String[] args) throws Exception {
        UsersFileCallbackHandler handler = new UsersFileCallbackHandler();
        handler.configure(Map.of(), "PLAIN", List.of(new AppConfigurationEntry(
            "org.apache.kafka.common.security.plain.PlainLoginModule",
            AppConfigurationEntry.LoginModuleControlFlag.REQUIRED,
            Map.of("users_file", args[0]))));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] login = line.split(" ", 2);
            NameCallback name = new NameCallback("user", login[0]);
            PlainAuthenticateCallback password = new PlainAuthenticateCallback(login[1].toCharArray());
            handler.handle(new Callback[] {name, password});
            System.out.println("login " + password.authenticated());
        }
    }
}
