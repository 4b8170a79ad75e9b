import java.util.EnumSet;
import javax.servlet.DispatcherType;
import org.apache.solr.servlet.CoreContainerProvider;
import org.apache.solr.servlet.SolrDispatchFilter;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.DefaultServlet;
import org.eclipse.jetty.servlet.ServletContextHandler;

/**
 * Serves Solr from the jars of Maven Central, where no distribution archive can be had.
 * Started from source: java -cp 'lib/*' -Dsolr.solr.home=DIR SolrServer.java HOST PORT
 */
public class SolrServer {
    public static void main(String[] args) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(args[0]);
        connector.setPort(Integer.parseInt(args[1]));
        server.addConnector(connector);

        ServletContextHandler solr = new ServletContextHandler(server, "/solr", ServletContextHandler.SESSIONS);
        solr.setResourceBase(System.getProperty("solr.solr.home"));
        solr.addEventListener(new CoreContainerProvider());
        solr.addFilter(SolrDispatchFilter.class, "/*", EnumSet.of(DispatcherType.REQUEST));
        solr.addServlet(DefaultServlet.class, "/");
        server.setStopAtShutdown(true);
        server.start();
        server.join();
    }
}
