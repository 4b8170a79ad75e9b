import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import de.fraunhofer.iosb.ilt.frostserver.messagebus.MessageBusFactory;
import de.fraunhofer.iosb.ilt.frostserver.path.Version;
import de.fraunhofer.iosb.ilt.frostserver.persistence.PersistenceManagerFactory;
import de.fraunhofer.iosb.ilt.frostserver.service.Service;
import de.fraunhofer.iosb.ilt.frostserver.service.ServiceRequestBuilder;
import de.fraunhofer.iosb.ilt.frostserver.service.ServiceResponseDefault;
import de.fraunhofer.iosb.ilt.frostserver.settings.CoreSettings;
import de.fraunhofer.iosb.ilt.frostserver.util.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;

/**
 * Serves FROST-Server's own service over the JDK's web server, for tests: no servlet container, no MQTT, no users.
 * java -cp 'lib/*:classes' FrostServer SETTINGS
 *
 * SETTINGS is a file of FROST's settings. The server takes a free port on loopback, prints its address when it is
 * ready, and ends when its standard input does: with the process that started it, however that ends.
 */
public class FrostServer {
    private static final String ROOT = "/FROST-Server";
    private static final Version VERSION = Version.V_1_1;

    private final CoreSettings settings;

    private FrostServer(CoreSettings settings) {
        this.settings = settings;
    }

    public static void main(String[] args) throws Exception {
        PrintStream told = System.out;
        System.setOut(System.err); // Liquibase prints what it does

        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer http = HttpServer.create(anyPort, 0);
        String root = "http://127.0.0.1:" + http.getAddress().getPort() + ROOT;

        Properties properties = new Properties();
        try (InputStream file = Files.newInputStream(Path.of(args[0]))) {
            properties.load(file);
        }
        properties.setProperty("serviceRootUrl", root);
        CoreSettings settings = new CoreSettings(properties);
        MessageBusFactory.createMessageBus(settings); // each change is told to it, whether somebody listens or not
        PersistenceManagerFactory.init(settings).maybeUpdateDatabase();

        FrostServer server = new FrostServer(settings);
        http.createContext(ROOT, server::handle);
        http.setExecutor(Executors.newFixedThreadPool(4));
        http.start();
        told.println(root + "/" + VERSION.urlPart);
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        ServiceResponseDefault response = new ServiceResponseDefault();
        try (exchange) {
            try {
                answer(exchange, response);
            } catch (RuntimeException error) {
                error.printStackTrace();
                Service.errorResponse(response, 500, String.valueOf(error.getMessage()));
            }
            if (response.getCode() >= 400 && response.getWriter().getBuffer().length() == 0) {
                Service.jsonResponse(response, "error", response.getCode(), response.getMessage());
            }
            response.getHeaders().forEach(exchange.getResponseHeaders()::add);
            exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
            byte[] body = response.getWriter().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(response.getCode(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private void answer(HttpExchange exchange, ServiceResponseDefault response) {
        String path = exchange.getRequestURI().getRawPath().substring(ROOT.length());
        String prefix = "/" + VERSION.urlPart;
        if (!path.equals(prefix) && !path.startsWith(prefix + "/")) {
            Service.errorResponse(response, 404, "Not a valid path: " + path);
            return;
        }
        path = URLDecoder.decode(path.substring(prefix.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
        try (Service service = new Service(settings)) {
            String type = service.getRequestType(
                    HttpMethod.fromString(exchange.getRequestMethod()), VERSION, path, contentType);
            service.execute(
                    new ServiceRequestBuilder(settings, VERSION)
                            .withRequestType(type)
                            .withUrlPath(path)
                            .withUrlQuery(query == null ? null : URLDecoder.decode(query, StandardCharsets.UTF_8))
                            .withParameterMap(parameters(query))
                            .withContent(exchange.getRequestBody())
                            .withContentType(contentType)
                            .build(),
                    response);
        }
    }

    private static Map<String, List<String>> parameters(String query) {
        Map<String, List<String>> found = new HashMap<>();
        for (String part : query == null ? new String[0] : query.split("&")) {
            String[] pair = part.split("=", 2);
            String name = URLDecoder.decode(pair[0], StandardCharsets.UTF_8);
            String value = pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
            found.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
        return found;
    }
}
