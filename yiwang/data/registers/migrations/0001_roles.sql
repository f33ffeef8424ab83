-- Two roles: the case side (yiwang_app) and the registers (yiwang_registers). Roles belong to the whole server, so another
-- installation may have made them already, at this very moment even.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['yiwang_app', 'yiwang_registers'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    RAISE NOTICE 'role % was made by somebody else meanwhile', wanted;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION '数据库账号 % 无权创建角色 %', current_user, wanted
                        USING HINT = format('请数据库管理员执行: CREATE ROLE %I NOLOGIN; GRANT %I TO %I;', wanted, wanted, current_user);
            END;
        END IF;
        -- pg_has_role(…, 'SET') exists from PostgreSQL 16 on; 'MEMBER' is enough before
        IF NOT pg_has_role(current_user, wanted, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
            BEGIN
                EXECUTE format('GRANT %I TO %I', wanted, current_user);
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE EXCEPTION '数据库账号 % 不能使用角色 %', current_user, wanted
                    USING HINT = format('请数据库管理员执行: GRANT %I TO %I;', wanted, current_user);
            END;
        END IF;
    END LOOP;
END $$;

CREATE SCHEMA registers AUTHORIZATION yiwang_registers;
CREATE SCHEMA registers_door AUTHORIZATION yiwang_registers;
COMMENT ON SCHEMA registers IS 'The departments'' registers; the role yiwang_app has no right here';
COMMENT ON SCHEMA registers_door IS 'Functions by which the case side hands results in, without reading';
