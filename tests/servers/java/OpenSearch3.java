import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.join.ParentJoinModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.search.aggregations.matrix.MatrixAggregationModulePlugin;
import org.opensearch.transport.Netty4ModulePlugin;

/** OpenSearch 3's own node with its modules on the class path; its home folder holds config/opensearch.yml. */
public final class OpenSearch3 extends Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(
        Netty4ModulePlugin.class,
        CommonAnalysisModulePlugin.class,
        PainlessModulePlugin.class,
        ReindexModulePlugin.class,
        MapperExtrasModulePlugin.class,
        ParentJoinModulePlugin.class,
        MatrixAggregationModulePlugin.class
    );

    private OpenSearch3(Environment environment) {
        super(environment, MODULES.stream().map(OpenSearch3::describe).toList(), true);
    }

    public static void main(String[] arguments) throws Exception {
        Settings home = Settings.builder().put("path.home", Path.of(arguments[0]).toString()).build();
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(home, Map.of(), null, () -> "test-node");
        LogConfigurator.configure(environment);
        Node node = new OpenSearch3(environment);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        new CountDownLatch(1).await(); // the node's own threads do not keep the process alive
    }

    private static PluginInfo describe(Class<? extends Plugin> module) {
        String name = module.getName();
        return new PluginInfo(
            name, "a module on the class path", "NA", Version.CURRENT, "1.8", name, null, List.of(), false
        );
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (java.io.IOException failure) {
            failure.printStackTrace();
        }
    }
}
