/** A service that does nothing but be a JVM. */
public class Orders {
    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("orders is up");
        Thread.sleep(Long.MAX_VALUE);
    }
}
